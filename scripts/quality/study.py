"""How good `als train` is untuned: beside the peers with their defaults and tuned, popularity and EASE, on real data."""
import argparse
import csv
import itertools
import json
import os
import sys
import time

# Peers run their own threads; their BLAS must not run more.
for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np
import threadpoolctl
from safetensors.numpy import load_file

import datasets
import ease
import noise
import peers
import program
import ranking
import report
from split import Split

# Each is a line of the tables: a command of als, which is given an input and an output, and tune its --trials.
VARIANTS = ["train", "train --choose formula", "train --factors 64", "train --factors 256", "tune --factors 64", "tune --factors 256", "tune"]
FACTORS = (32, 256)  # what peers may choose from when they are tuned
METRICS = ("ndcg", "recall", "coverage", "novelty")

parser = argparse.ArgumentParser(prog="study-defaults", description=__doc__)
parser.add_argument("folder", nargs="?", help="a folder with further sets, as files NAME-interactions.csv.gz of user and item")
parser.add_argument("--als", required=True, help=argparse.SUPPRESS)
parser.add_argument("--sets", help="data sets, separated by commas (default all)")
parser.add_argument("--models", default="ease,popularity,als,defaults,tuned,rule",
                    help="what is measured, of ease, popularity, als, defaults and tuned (peers), rule (default all)")
parser.add_argument("--variant", action="append", metavar="COMMAND", dest="variants",
                    help=f"a command of als, to be given repeatedly (default {', '.join(VARIANTS)})")
parser.add_argument("--seeds", type=int, default=1, help="splits of each set (default 1)")
parser.add_argument("--trials", type=int, default=60, help="trials of als tune (default 60)")
parser.add_argument("--peer-trials", type=int, default=5, help="least trials of a tuned peer beside its defaults (default 5)")
parser.add_argument("--seconds", type=float, default=0,
                    help="least seconds of training in the trials of a tuned peer (default those of als train)")
parser.add_argument("--shares", default="0.05,0.09,0.12,0.175,0.25,0.35", help="regularizations over the level of noise")
parser.add_argument("--multiples", default="3,8,24", help="weights of all cells over the observed, at even activity")
parser.add_argument("--rule-options", default="", help="options of als train for the search of the rule, such as --factors 256")
parser.add_argument("--threads", type=int, default=os.cpu_count(), help="threads of each model (default all processors)")
parser.add_argument("--output", default=".data/defaults", help="directory of the results and tables (default .data/defaults)")
arguments = parser.parse_args()
if arguments.folder:
    datasets.add(arguments.folder)
sets, models = arguments.sets.split(",") if arguments.sets else list(datasets.MAKERS), arguments.models.split(",")
for unknown in [*set(sets) - set(datasets.MAKERS), *set(models) - set(parser.get_default("models").split(","))]:
    parser.error(f"nothing is called {unknown}: sets are {', '.join(datasets.MAKERS)}, models {parser.get_default('models')}")


def trained(split, command, words=()):
    """A command of als: what `als evaluate` finds, seconds of the whole process, and the parameters."""
    verb, *options = command.split()
    started = time.perf_counter()
    program.run(arguments.als, verb, split.training, *options, *words, "--threads", arguments.threads, "--output", split.model,
                "--progress", "none")
    seconds = time.perf_counter() - started
    values = program.evaluation(
        arguments.als, split.model, split.test, [f"{metric}@20" for metric in METRICS], "--exclude", split.training)
    lines = program.run(arguments.als, "info", split.model, "--format", "json").splitlines()
    known = {line["property"]: line["value"] for line in map(json.loads, lines)}
    about = {key: known[key] for key in ("factors", "iterations", "regularization", "unobserved-weight")}
    return {metric: values[f"{metric}@20"] for metric in METRICS}, seconds, about


def checked(split):
    """`als train` with no option; what `als evaluate` finds must be what is measured here for everybody else."""
    values, *rest = trained(split, "train")
    model = load_file(split.model)
    # In double precision, as sums in another order make other ties in single.
    factors = (model[f"{side}_factors"].astype(float) for side in ("user", "item"))
    own = ranking.measure(ranking.products(*factors), split.ones, split.test_matrix)
    for metric in METRICS:
        if abs(values[metric] - own[metric]) > 1e-6:
            sys.exit(f"study-defaults: {metric} is {values[metric]} by als evaluate and {own[metric]} here")
    return values, *rest


def by_rule(split, multiple, share):
    """`als train` with other constants in the rule for α0 and λ."""
    users, items = np.diff(split.ones.indptr), np.bincount(split.ones.indices)
    concentration = np.sqrt(np.prod([np.mean(n.astype(float) ** 2) / np.mean(n) ** 2 for n in (users, items)]))
    weight = min(1.0, multiple * concentration * split.ones.nnz / (len(users) * len(items)))
    level = noise.level(users, items, weight)
    return trained(split, f"train --choose formula {arguments.rule_options}", ["--unobserved-weight", weight, "--regularization", share * level])


def judged(split, users, items, seconds, about):
    return ranking.measure(ranking.products(users, items), split.ones, split.test_matrix), seconds, about


def by_defaults(split, name, matrix, seed):
    users, items, seconds = peers.train(name, matrix, seed, arguments.threads)
    return judged(split, users, items, seconds, {"factors": items.shape[1]})


def popularity(split):
    counts = np.bincount(split.ones.indices).astype(np.float32)
    return ranking.measure(lambda rows: np.tile(counts, (len(rows), 1)), split.ones, split.test_matrix), 0, ""


def by_ease(split, regularization):
    with threadpoolctl.threadpool_limits(arguments.threads):
        started = time.perf_counter()
        scores = ease.train(split.ones, regularization)
        seconds = time.perf_counter() - started
        return ranking.measure(scores, split.ones, split.test_matrix), seconds, ""


def tuned(split, name, seed, seconds):
    """A peer with the best parameters on a tenth of the training part: its defaults and points of a search, until `seconds`
    of training are spent."""
    with Split(arguments.als, split.training, seed + 1, fraction=0.1) as part:
        spent, trials, best = 0, 0, (-1, None)
        for point in itertools.chain([{}], peers.points(name, FACTORS, seed)):
            if spent >= seconds and trials > arguments.peer_trials:
                break
            *factors, elapsed = peers.train(name, part.ones, seed, arguments.threads, **point)
            spent, trials = spent + elapsed, trials + 1
            value = ranking.measure(ranking.products(*factors), part.ones, part.test_matrix)["ndcg"]
            best = max(best, (value, point), key=lambda pair: pair[0])
    *factors, elapsed = peers.train(name, split.ones, seed, arguments.threads, **best[1])
    return judged(split, *factors, spent + elapsed, {"trials": trials, **best[1]})


class Results:
    """Measurements as lines of a file, of which none is made twice."""

    def __init__(self, path):
        self.path, self.lines = path, []
        if os.path.exists(path):
            with open(path, newline="") as file:
                self.lines = list(csv.DictReader(file))

    def get(self, measure, *key):
        """The line of (set, seed, model, variant)."""
        key = dict(zip(("set", "seed", "model", "variant"), map(str, key)))
        for line in self.lines:
            if key.items() <= line.items():
                return line
        values, seconds, about = measure()
        line = {**key, **{metric: f"{values[metric]:.6f}" for metric in METRICS}, "seconds": f"{seconds:.3f}",
                "threads": str(arguments.threads), "about": json.dumps(about) if about else ""}
        with open(self.path, "a", newline="") as file:
            writer = csv.DictWriter(file, line, lineterminator="\n")
            if not self.lines:
                writer.writeheader()
            writer.writerow(line)
        self.lines.append(line)
        print(*line.values(), file=sys.stderr, flush=True)
        return line


def study(name, seed, split):
    """All that is asked for of one split."""
    def get(measure, *key):
        return results.get(measure, name, seed, *key)

    inputs = {"ones": split.ones, **({"values": split.values} if (split.values.data != 1).any() else {})}
    if "ease" in models and min(split.ones.shape) <= ease.MOST:
        for regularization in ease.REGULARIZATIONS:
            get(lambda: by_ease(split, regularization), "EASE", regularization)
    if "popularity" in models:
        get(lambda: popularity(split), "popularity", "")
    if "als" in models:
        get(lambda: checked(split), "als train", "")
        for command in arguments.variants or VARIANTS:
            if command.startswith("tune"):
                command += f" --trials {arguments.trials}"
            get(lambda: trained(split, command), f"als {command}", "")
    for peer in peers.PEERS:
        if "defaults" in models:
            for kind, matrix in inputs.items():
                get(lambda: by_defaults(split, peer, matrix, seed), peer, kind)
        if "tuned" in models:
            seconds = max(arguments.seconds, float(get(lambda: checked(split), "als train", "")["seconds"]))
            get(lambda: tuned(split, peer, seed, seconds), f"{peer} tuned", "")
    # The rule is looked for on one split of each set.
    if "rule" in models and seed == 1:
        for multiple in arguments.multiples.split(","):
            for share in arguments.shares.split(","):
                get(lambda: by_rule(split, float(multiple), float(share)),
                    f"rule {arguments.rule_options}".strip(), f"{multiple}, {share}")


os.makedirs(arguments.output, exist_ok=True)
results = Results(os.path.join(arguments.output, "results.csv"))
for name in sets:
    for seed in range(1, arguments.seeds + 1):
        with Split(arguments.als, datasets.path(name), seed) as split:
            study(name, seed, split)
text = report.tables(results.lines)
with open(os.path.join(arguments.output, "tables.md"), "w") as file:
    file.write(text)
print(text)
