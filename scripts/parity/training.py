"""Models of the same objective and parameters by `als train`, irspack and implicit: are they equally good?"""
import os

import numpy as np
import scipy.sparse as sp
from irspack.evaluation import Evaluator

METRICS = {"ndcg@20": "ndcg", "recall@20": "recall", "precision@20": "precision"}
FACTORS = 32
# Objectives: what `als train` is told, and what irspack and implicit are. Regularization is strong enough for both sides
# to have converged: with 0.02 for ials our start, whose users are much longer than its items, is still far from balanced
# after 16 iterations, and the models differ by 2 % for that reason.
IALS = dict(alpha=1.0, epsilon=1.0, unobserved=0.05, regularization=0.3, exponent=0.5)
HKV = dict(alpha=10.0, regularization=8.0)
# A mean over seeds may differ by so many standard errors of the difference, and by so much of its value: fewer seeds
# than three say nothing of their spread.
STANDARD_ERRORS, SHARE, SHARE_OF_ONE_SEED = 4.0, 0.005, 0.02


def check(data, seeds, iterations):
    """Prints a table and says whether all means agree."""
    groups = [
        ("ials", _ours(data, iterations, "ials"), {"irspack, IALSPP loss": _irspack(data, iterations, "IALSPP")}),
        ("hkv", _ours(data, iterations, "hkv"), {"irspack, ORIGINAL loss": _irspack(data, iterations, "ORIGINAL"),
                                                 "implicit": _implicit(data, iterations)}),
    ]
    print(f"\nModels of the same objective ({FACTORS} factors, {iterations} iterations, mean over {seeds} random starts)")
    print(f"{'objective':11}{'metric':11}{'als':>9}{'other':>9}  {'difference':>10}  {'allowed':>9}")
    same = True
    for objective, ours, peers in groups:
        own = [ours(seed) for seed in range(seeds)]
        for name, train in peers.items():
            others = [train(seed) for seed in range(seeds)]
            for metric in METRICS:
                a, b = ([values[metric] for values in runs] for runs in (own, others))
                difference = abs(np.mean(a) - np.mean(b))
                allowed = np.mean(a) * (SHARE if seeds > 2 else SHARE_OF_ONE_SEED)
                if seeds > 2:
                    allowed = max(allowed, STANDARD_ERRORS * np.sqrt((np.var(a, ddof=1) + np.var(b, ddof=1)) / seeds))
                same &= bool(difference <= allowed)
                mark = "" if difference <= allowed else "  DIFFERENT"
                print(f"{objective:11}{metric:11}{np.mean(a):9.5f}{np.mean(b):9.5f}  {difference:10.5f}  {allowed:9.5f}"
                      f"  {name}{mark}", flush=True)
    return same


def _ours(data, iterations, objective):
    own = {"ials": ["--confidence", "log", "--alpha", IALS["alpha"], "--confidence-scale", IALS["epsilon"],
                    "--unobserved-weight", IALS["unobserved"], "--regularization", IALS["regularization"],
                    "--regularization-exponent", IALS["exponent"]],
           "hkv": ["--confidence", "binary", "--alpha", HKV["alpha"], "--unobserved-weight", 1,
                   "--regularization", HKV["regularization"], "--regularization-exponent", 0]}[objective]

    def train(seed):
        model = os.path.join(data.directory, "model.safetensors")
        data.run("train", data.training, "--objective", objective, "--factors", FACTORS, "--iterations", iterations,
                 "--relaxation", 1, "--seed", seed, "--output", model, "--progress", "none", *own)
        return data.evaluate(model, METRICS)

    return train


def _irspack(data, iterations, loss):
    import irspack.recommenders._ials_core as core

    matrix = data.train_matrix.astype(np.float32).copy()
    if loss == "IALSPP":
        matrix.data = (IALS["alpha"] * np.log1p(matrix.data / IALS["epsilon"])).astype(np.float32)
        alpha0, regularization, exponent = IALS["unobserved"], IALS["regularization"], IALS["exponent"]
    else:
        matrix.data[:] = HKV["alpha"]  # the loss adds alpha0 = 1 to the stored value
        alpha0, regularization, exponent = 1.0, HKV["regularization"], 0.0

    def train(seed):
        config = (core.IALSModelConfigBuilder().set_K(FACTORS).set_init_stdev(0.1 / np.sqrt(FACTORS))
                  .set_alpha0(alpha0).set_reg(regularization).set_nu(exponent)
                  .set_loss_type(getattr(core.LossType, loss)).set_random_seed(seed).build())
        step = (core.IALSSolverConfigBuilder().set_n_threads(os.cpu_count())
                .set_solver_type(core.SolverType.CHOLESKY).build())
        trainer = core.IALSTrainer(config, matrix)
        for _ in range(iterations):
            trainer.step(step)
        return _measure(data, trainer.user, trainer.item)

    return train


def _implicit(data, iterations):
    from implicit.cpu.als import AlternatingLeastSquares

    # The stored value, times its alpha, is the confidence.
    entries = data.train_matrix
    matrix = sp.csr_matrix((np.full(entries.nnz, 1 + HKV["alpha"], np.float32), entries.indices, entries.indptr),
                           shape=entries.shape)

    def train(seed):
        model = AlternatingLeastSquares(factors=FACTORS, regularization=HKV["regularization"], alpha=1,
                                        iterations=iterations, use_cg=False, random_state=seed, dtype=np.float32)
        model.fit(matrix, show_progress=False)
        return _measure(data, model.user_factors, model.item_factors)

    return train


def _measure(data, users, items):
    """irspack's evaluator on a peer's factors, with the training pairs left out of the rankings."""
    users, items = np.asarray(users, np.float64), np.asarray(items, np.float64)
    evaluator = Evaluator(data.test_matrix, cutoff=20, masked_interactions=data.train_matrix)
    values = evaluator.get_score_from_score_chunks(
        users[start:start + 512] @ items.T for start in range(0, len(users), 512))
    return {metric: values[name] for metric, name in METRICS.items()}
