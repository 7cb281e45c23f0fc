"""MovieLens 100K: the error of explicit models over five folds, and rankings beside tuned peers."""
import argparse
import functools
import itertools
import os
import shlex
import sys
import tempfile

# Peers run their own threads; their BLAS must not run more.
for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np
import scipy.sparse as sp

import peers
import program
import ranking

parser = argparse.ArgumentParser(prog="compare-quality", description=__doc__)
parser.add_argument("--als", required=True, help=argparse.SUPPRESS)
parser.add_argument("--data", default=".data/ml-100k/ratings.csv", help="user, item, value and time, with a header")
parser.add_argument("--trials", type=int, default=60, help="trials for each engine (default 60)")
parser.add_argument("--seeds", type=int, default=3, help="searches for each engine (default 3)")
arguments = parser.parse_args()
CUTOFF = 10
FACTORS = (8, 128)
MOST_ERROR = {"defaults": 0.915, "tuned on the other four": 0.905}


run = functools.partial(program.run, arguments.als)


def pairs(path):
    return np.loadtxt(path, delimiter=",", skiprows=1, usecols=(0, 1), dtype=np.int64)


class Data:
    """What is trained on and what is tested on, as matrices over the same users and items."""

    def __init__(self, training, test):
        rows, held_out = pairs(training), pairs(test)
        self.users, self.items = np.unique(rows[:, 0]), np.unique(rows[:, 1])
        known = np.isin(held_out[:, 0], self.users) & np.isin(held_out[:, 1], self.items)
        self.training, self.test = self._matrix(rows), self._matrix(held_out[known])

    def _matrix(self, rows):
        place = (np.searchsorted(self.users, rows[:, 0]), np.searchsorted(self.items, rows[:, 1]))
        matrix = sp.csr_matrix((np.ones(len(rows), np.float32), place), shape=(len(self.users), len(self.items)))
        matrix.data[:] = 1
        return matrix

    def ndcg(self, users, items, _):
        return ranking.measure(ranking.products(users, items), self.training, self.test, CUTOFF)["ndcg"]


def tuned_peer(name, seed):
    """The best point of a Sobol sequence on the validation, and what it is worth on the test."""
    def train(data, point):
        return data.ndcg(*peers.train(name, data.training, seed, os.cpu_count(), **point))

    points = itertools.islice(peers.points(name, FACTORS, seed), arguments.trials)
    return train(test, max(points, key=lambda point: train(validation, point)))


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


def value(model, held_out, metric, *options):
    return program.evaluation(arguments.als, model, held_out, [metric], *options)[metric]


def tuned_here(seed):
    """`als tune` on the validation; the command that it prints, on everything but the test."""
    out = run("tune", files["fit"], "--validation", files["validation"], "--metric", f"ndcg@{CUTOFF}", "--trials",
              arguments.trials, "--factors", f"{FACTORS[0]}:{FACTORS[1]}", "--seed", seed, "--output", files["model"])
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
    others = {name: [tuned_peer(name, seed) for seed in range(arguments.seeds)] for name in ("irspack", "implicit")}

for kind, values in errors.items():
    print(f"Five folds, {kind}: RMSE {np.mean(values):.4f} ({', '.join(f'{e:.4f}' for e in values)})\n")
print(f"| last film held out, tuned with {arguments.trials} trials | NDCG@{CUTOFF}, mean of {arguments.seeds} searches | each |\n|---|---|---|")
for name, values in {"swift-als": own, **others}.items():
    print(f"| {name} | {np.mean(values):.4f} | {', '.join(f'{value:.4f}' for value in values)} |")
ranks_best = np.mean(own) >= max(np.mean(values) for values in others.values())
sys.exit(0 if ranks_best and all(np.mean(errors[kind]) <= most for kind, most in MOST_ERROR.items()) else 1)
