"""Times the engine beside its peers and writes tables and pictures; scripts/compare-peers runs it."""
import os
import tempfile

import machine
import measure
import pictures
import report
import targets
from data import make
from engines import Engines
from options import arguments


def run(options, engines):
    """The measurements of every part that is asked for."""
    results, first = {}, options.factors[0]
    fast = [name for name in options.peers if name != "irspack-cholesky"]
    if "iterations" in options.only:
        results["iterations"] = measure.per_iteration(
            engines, ["swift-als", *fast], options.factors, options.rounds, options.iterations)
    if "exact" in options.only:
        exact = ["swift-als-cholesky", *(set(options.peers) & {"irspack-cholesky"})]
        factors = [k for k in options.factors if k <= 128]
        results["exact"] = measure.per_iteration(engines, exact, factors, options.rounds, options.iterations)
    if "threads" in options.only and options.threads >= 2:
        results["scaling"] = measure.scaling(engines, first, options.rounds, options.iterations)
    if "curves" in options.only:
        results["curves"] = measure.curves(engines, ["swift-als", *options.peers], first)
        results["curve factors"] = first
    if "recommend" in options.only:
        with tempfile.TemporaryDirectory() as directory:
            model = os.path.join(directory, "model.safetensors")
            engines.train("swift-als", first, 8, model=model)
            results["recommending"], results["same"] = measure.recommending(engines, model, options.rounds)
    if "memory" in options.only:
        results["memory"] = measure.memory(engines, options.factors)
    return results


def main():
    options = arguments()
    size = (5000, 2000, 300_000) if options.small else (138_493, 26_744, 20_000_263)
    data = options.data or f".data/synthetic-{size[2]}.csv"
    if not options.data:
        make(options.als, data, *size)
    os.makedirs(options.output, exist_ok=True)
    described = machine.describe(options.als, options.threads)
    engines = Engines(options.als, options.recommend_timing, data, options.threads)
    users, items = engines.matrix.shape
    shape = f"{users:,} users × {items:,} items, {engines.matrix.nnz:,} interactions ({os.path.basename(data)})"
    results = run(options, engines)
    rows = targets.rows(results)
    report.write(options.output, described, shape, results, rows)
    pictures.draw(options.output, results)
    with open(os.path.join(options.output, "comparison.md")) as page:
        print(page.read())


if __name__ == "__main__":
    main()
