"""MovieLens 100K: the error of explicit models over five folds, and rankings beside tuned peers."""
import argparse
import contextlib
import csv
import io
import os
import shlex
import subprocess
import sys
import tempfile

# Peers run their own threads; their BLAS must not run more.
for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np
import scipy.sparse as sp
from irspack.evaluation import Evaluator
from scipy.stats import qmc

parser = argparse.ArgumentParser(prog="compare-quality", description=__doc__)
parser.add_argument("--als", required=True, help=argparse.SUPPRESS)
parser.add_argument("--data", default=".data/ml-100k/ratings.csv", help="user, item, value and time, with a header")
parser.add_argument("--trials", type=int, default=60, help="trials for each engine (default 60)")
parser.add_argument("--seeds", type=int, default=3, help="searches for each engine (default 3)")
arguments = parser.parse_args()
CUTOFF = 10
MOST_ERROR = {"defaults": 0.915, "tuned on the other four": 0.905}


def run(*words):
    done = subprocess.run([arguments.als, *map(str, words)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"als {' '.join(map(str, words))}\nended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


def pairs(path):
    return np.loadtxt(path, delimiter=",", skiprows=1, usecols=(0, 1), dtype=np.int64)


class Data:
    """What is trained on and what is tested on, as matrices over the same users and items."""

    def __init__(self, training, test):
        rows, held_out = pairs(training), pairs(test)
        self.users, self.items = np.unique(rows[:, 0]), np.unique(rows[:, 1])
        known = np.isin(held_out[:, 0], self.users) & np.isin(held_out[:, 1], self.items)
        self.training, test = self._matrix(rows), self._matrix(held_out[known])
        self.evaluator = Evaluator(test, cutoff=CUTOFF, masked_interactions=self.training)

    def _matrix(self, rows):
        place = (np.searchsorted(self.users, rows[:, 0]), np.searchsorted(self.items, rows[:, 1]))
        matrix = sp.csr_matrix((np.ones(len(rows), np.float32), place), shape=(len(self.users), len(self.items)))
        matrix.data[:] = 1
        return matrix

    def ndcg(self, factors):
        users, items = (np.asarray(table, np.float64) for table in factors)
        return self.evaluator.get_score_from_score_chunks([users @ items.T])["ndcg"]


def irspack(matrix, point, seed):
    """The ranges of irspack's own tuner for alpha0 and reg."""
    from irspack import IALSRecommender

    model = IALSRecommender(
        matrix, n_components=round(8 * 16 ** point[0]), alpha0=3e-3 * (1 / 3e-3) ** point[1],
        reg=1e-4 * 1e3 ** point[2], random_seed=seed, n_threads=os.cpu_count()).learn()
    return model.get_user_embedding(), model.get_item_embedding()


def implicit(matrix, point, seed):
    from implicit.cpu.als import AlternatingLeastSquares

    model = AlternatingLeastSquares(
        factors=round(8 * 16 ** point[0]), alpha=0.3 * 300 ** point[1], regularization=1e-2 * 1e4 ** point[2],
        random_state=seed)
    model.fit(matrix, show_progress=False)
    return model.user_factors, model.item_factors


def tuned_peer(train, seed):
    """The best point of a Sobol sequence on the validation, and what it is worth on the test."""
    points = qmc.Sobol(3, seed=seed).random_base2((arguments.trials - 1).bit_length())[:arguments.trials]
    # irspack draws progress bars.
    with contextlib.redirect_stdout(io.StringIO()):
        values = [validation.ndcg(train(validation.training, point, seed)) for point in points]
        return test.ndcg(train(test.training, points[int(np.argmax(values))], seed))


def fold_errors(directory):
    """The errors on each of five folds of models of the other four alone: with the defaults, and as `als tune` finds it."""
    train, test, model = (os.path.join(directory, name) for name in ("train.csv", "test.csv", "model"))
    run("split", arguments.data, "--method", "folds", "--folds", 5, "--training", train, "--test", test)
    errors = {kind: [] for kind in MOST_ERROR}
    for fold in range(1, 6):
        own, held_out = (path.replace(".csv", f"-{fold}.csv") for path in (train, test))
        for kind, words in zip(errors, (("train", own), ("tune", own, "--trials", arguments.trials))):
            run(*words, "--feedback", "explicit", "--output", model)
            errors[kind].append(value(model, held_out, "rmse"))
    return errors


def value(model, test, metric, *options):
    rows = run("evaluate", model, test, "--metrics", metric, "--resamples", 0, "--format", "csv", *options).splitlines()
    return float(next(csv.DictReader(rows))["model"])


def tuned_here(seed):
    """`als tune` on the validation; the command that it prints, on everything but the test."""
    out = run("tune", files["fit"], "--validation", files["validation"], "--metric", f"ndcg@{CUTOFF}", "--trials",
              arguments.trials, "--factors", "8:128", "--seed", seed, "--output", files["model"])
    command = next(line for line in out.splitlines() if line.startswith("als train"))
    options = shlex.split(command)[3:]
    options[options.index("--output") + 1] = files["model"]
    run("train", files["train"], *options, "--quiet")
    return value(files["model"], files["test"], f"ndcg@{CUTOFF}", "--exclude", files["train"])


with tempfile.TemporaryDirectory(prefix="als-quality-") as directory:
    files = {name: os.path.join(directory, name + ".csv") for name in ("train", "test", "fit", "validation", "model")}
    errors = fold_errors(directory)
    run("split", arguments.data, "--method", "last", "--training", files["train"], "--test", files["test"])
    run("split", files["train"], "--method", "last", "--training", files["fit"], "--test", files["validation"])
    validation, test = Data(files["fit"], files["validation"]), Data(files["train"], files["test"])
    own = [tuned_here(seed) for seed in range(arguments.seeds)]
    others = {name: [tuned_peer(train, seed) for seed in range(arguments.seeds)]
              for name, train in (("irspack", irspack), ("implicit", implicit))}

for kind, values in errors.items():
    print(f"Five folds, {kind}: RMSE {np.mean(values):.4f} ({', '.join(f'{e:.4f}' for e in values)})\n")
print(f"| last film held out, tuned with {arguments.trials} trials | NDCG@{CUTOFF}, mean of {arguments.seeds} searches | each |\n|---|---|---|")
for name, values in {"swift-als": own, **others}.items():
    print(f"| {name} | {np.mean(values):.4f} | {', '.join(f'{value:.4f}' for value in values)} |")
ranks_best = np.mean(own) >= max(np.mean(values) for values in others.values())
sys.exit(0 if ranks_best and all(np.mean(errors[kind]) <= most for kind, most in MOST_ERROR.items()) else 1)
