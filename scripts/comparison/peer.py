"""Trains one peer in a process of its own; prints one JSON object with the seconds of each iteration.

usage: peer.py ENGINE DATA.csv FACTORS ITERATIONS THREADS [--snapshots 1,2,5 --directory DIR]

ENGINE is implicit-cg, implicit-cholesky, irspack-cg, irspack-cholesky, irspack-subspace or cmfrec-cg. Each minimises
the objective of objective.py. Snapshots of the factors after the named iterations go to DIR/ITERATION.npz, outside the
clock.
"""
import argparse
import json
import os
import time

# Peers run their own threads; their BLAS must not run more.
for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np

from data import load
from objective import ALPHA, REGULARIZATION


def implicit(a, matrix, done):
    from implicit.cpu.als import AlternatingLeastSquares

    matrix.data[:] = 1 + ALPHA  # the stored value, times its alpha, is the confidence
    model = AlternatingLeastSquares(
        factors=a.factors, regularization=REGULARIZATION, alpha=1, iterations=a.iterations,
        use_cg=a.engine == "implicit-cg", num_threads=a.threads, random_state=0, dtype=np.float32)

    def callback(iteration, seconds, *_):
        done(iteration + 1, seconds, model.user_factors, model.item_factors)

    model.fit(matrix, show_progress=False, callback=callback)


def irspack(a, matrix, done):
    import irspack.recommenders._ials_core as core

    matrix.data[:] = ALPHA  # its ORIGINAL loss adds alpha0 = 1 to the stored value
    solver = {"cg": core.SolverType.CG, "cholesky": core.SolverType.CHOLESKY, "subspace": core.SolverType.IALSPP}
    config = (core.IALSModelConfigBuilder().set_K(a.factors).set_init_stdev(0.1 / np.sqrt(a.factors)).set_alpha0(1.0)
              .set_reg(REGULARIZATION).set_nu(0.0).set_loss_type(core.LossType.ORIGINAL).set_random_seed(0).build())
    step = (core.IALSSolverConfigBuilder().set_n_threads(a.threads).set_solver_type(solver[a.engine.split("-")[1]])
            .set_max_cg_steps(3).set_ialspp_iteration(1).set_ialspp_subspace_dimension(min(64, a.factors)).build())
    trainer = core.IALSTrainer(config, matrix)
    for iteration in range(1, a.iterations + 1):
        start = time.perf_counter()
        trainer.step(step)
        done(iteration, time.perf_counter() - start, trainer.user, trainer.item)


def cmfrec(a, matrix, done):
    """Has no callback: the first iteration, with what precedes it, and then as many as each snapshot needs."""
    from cmfrec import CMF_implicit

    entries = matrix.tocoo()
    last, before = 0, 0.0
    for count in sorted({1, a.iterations, *a.snapshots}):
        model = CMF_implicit(
            k=a.factors, lambda_=REGULARIZATION, alpha=ALPHA, use_cg=True, max_cg_steps=3, finalize_chol=False,
            niter=count, nthreads=a.threads, use_float=True, precompute_for_predictions=False, verbose=False)
        start = time.perf_counter()
        model.fit(entries)
        total = time.perf_counter() - start
        for iteration in range(last + 1, count + 1):
            done(iteration, (total - before) / (count - last), model.A_, model.B_)
        last, before = count, total


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("engine")
    parser.add_argument("data")
    for name in ("factors", "iterations", "threads"):
        parser.add_argument(name, type=int)
    parser.add_argument("--snapshots", default="")
    parser.add_argument("--directory")
    a = parser.parse_args()
    a.snapshots = [int(n) for n in a.snapshots.split(",") if n]
    matrix, _, _ = load(a.data)
    seconds = []

    def done(iteration, elapsed, users, items):
        seconds.append(elapsed)
        if iteration in a.snapshots:
            np.savez(os.path.join(a.directory, f"{iteration}.npz"), users=users, items=items)

    {"implicit": implicit, "irspack": irspack, "cmfrec": cmfrec}[a.engine.split("-")[0]](a, matrix, done)
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main()
