"""Trains on compiled files of several sizes, in turn, and prints medians: scaling.py ALS FOLDER MILLIONS..."""
import json
import os
import statistics
import subprocess
import sys

ROUNDS = 3
ITERATIONS = 4


def training(als, file, log):
    """The plan's bytes, and what a training took."""
    train = [als, "train", file, "--output", "/dev/null", "--factors", "64", "--iterations", str(ITERATIONS), "--choose", "formula", "--quiet",
             "--log", log]
    subprocess.run([*train, "--dry-run"], check=True, stdout=subprocess.DEVNULL)
    plan = json.loads(open(log).readline())["peakBytes"]
    subprocess.run(train, check=True)
    events = [json.loads(line) for line in open(log)]
    start, read, finish = (next(e for e in events if e["event"] == name) for name in ["start", "read", "finish"])
    # The last record has the exact solve of the users that ends a training, and the first the random start.
    records = [e for e in events if e["event"] == "iteration"]
    seconds = min(e["seconds"] for e in records[:-1])
    processor = min(b["processorSeconds"] - a["processorSeconds"] for a, b in zip(records[:-1], records[1:-1]))
    return start["interactions"], (plan, finish["peakBytes"], read["seconds"], seconds, processor)


def main():
    als, folder, sizes = sys.argv[1], sys.argv[2], [int(size) for size in sys.argv[3:]]
    found = {size: [] for size in sizes}
    for _ in range(ROUNDS):
        for size in sizes:
            count, figures = training(als, os.path.join(folder, f"{size}.als"), os.path.join(folder, "log"))
            found[size].append((count, *figures))
            print(f"{count:,}: {figures[3]:.2f} s", file=sys.stderr)
    print("| interactions | file | plan | resident at most | before the first iteration | iteration | ns per interaction "
          "| processor seconds |")
    print("|---|---|---|---|---|---|---|---|")
    base = None
    for size in sizes:
        count, plan, peak, read, seconds, processor = (statistics.median(column) for column in zip(*found[size]))
        each = seconds / count * 1e9
        base = base or each
        print(f"| {count:,} | {os.path.getsize(os.path.join(folder, f'{size}.als')) / 1e9:.2f} GB | {plan / 1e9:.2f} GB | "
              f"{peak / 1e9:.2f} GB | {read:.2f} s | {seconds:.2f} s | {each:.1f} ({100 * (each / base - 1):+.0f} %) | "
              f"{processor:.2f} s |")


main()
