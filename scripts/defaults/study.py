"""The default parameters beside the peers' and beside tuned ones, on five real data sets."""
import argparse
import json
import os
import subprocess
import sys

# Peers run their own threads; their BLAS must not run more.
for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import datasets
import report
from measure import Split

parser = argparse.ArgumentParser(prog="study-defaults", description=__doc__)
parser.add_argument("--als", required=True, help=argparse.SUPPRESS)
parser.add_argument("--sets", default=",".join(datasets.MAKERS), help="data sets, separated by commas")
parser.add_argument("--seeds", type=int, default=3, help="splits of each set (default 3)")
parser.add_argument("--trials", type=int, default=60, help="trials of als tune (default 60)")
parser.add_argument("--shares", default="0.25,0.3,0.35,0.4,0.45", help="regularizations over the level of noise")
parser.add_argument("--multiples", default="10,20,30,40", help="weights of the unobserved over the observed")
parser.add_argument("--output", default=".data/defaults", help="directory of the tables (default .data/defaults)")
arguments = parser.parse_args()


def numbers(text):
    return [float(number) for number in text.split(",")]


os.makedirs(arguments.output, exist_ok=True)
# Every figure is a line in this file, and is not measured again.
log = os.path.join(arguments.output, "results.jsonl")
known = {}
if os.path.exists(log):
    with open(log) as lines:
        known = {json.dumps(line["key"]): line["ndcg"] for line in map(json.loads, lines)}


def measured(measure, *key):
    if json.dumps(key) not in known:
        value = measure()
        with open(log, "a") as file:
            print(json.dumps({"key": key, "ndcg": value}), file=file)
        known[json.dumps(key)] = value
        print(*key, f"{value:.5f}", file=sys.stderr, flush=True)
    return known[json.dumps(key)]


results = {}
for name in arguments.sets.split(","):
    runs = results[name] = {"own": [], "peers": {}, "popularity": [], "tuned": [], "grid": {}}
    for seed in range(1, arguments.seeds + 1):
        with Split(arguments.als, datasets.path(name), seed) as split:
            runs["own"].append(measured(split.defaults, name, seed, "defaults"))
            runs["popularity"].append(measured(split.popularity, name, seed, "popularity"))
            for peer in split.peers:
                for values in ("ones", "values"):
                    runs["peers"].setdefault((peer, values), []).append(
                        measured(lambda: split.peer(peer, values), name, seed, peer, values))
            runs["tuned"].append(
                measured(lambda: split.tuned(arguments.trials), name, seed, "tuned", arguments.trials))
            if seed > 1:
                continue
            # The rule is looked for on one split of each set.
            for multiple in numbers(arguments.multiples):
                for share in numbers(arguments.shares):
                    runs["grid"][multiple, share] = measured(
                        lambda: split.rule(multiple, share), name, seed, "rule", multiple, share)

text = report.table(results) + "\n" + report.rule(results)
with open(os.path.join(arguments.output, "table.md"), "w") as file:
    file.write(text)
print(text)
