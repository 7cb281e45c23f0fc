"""Trains on compiled files of several sizes and prints a table: scaling.py ALS FOLDER MILLIONS..."""
import json
import os
import subprocess
import sys

ITERATIONS = 4


def main():
    als, folder, sizes = sys.argv[1], sys.argv[2], [int(size) for size in sys.argv[3:]]
    print("| interactions | file | plan | resident at most | before the first iteration | iteration | ns per interaction "
          "| processor seconds |")
    print("|---|---|---|---|---|---|---|---|")
    base = None
    for size in sizes:
        file, log = os.path.join(folder, f"{size}.als"), os.path.join(folder, "log")
        train = [als, "train", file, "--output", "/dev/null", "--factors", "64", "--iterations", str(ITERATIONS),
                 "--quiet", "--log", log]
        subprocess.run([*train, "--dry-run"], check=True, stdout=subprocess.DEVNULL)
        plan = json.loads(open(log).readline())["peakBytes"]
        subprocess.run(train, check=True)
        events = [json.loads(line) for line in open(log)]
        start, read, finish = (next(e for e in events if e["event"] == name) for name in ["start", "read", "finish"])
        # The last record has the exact solve of the users that ends a training, and the first the random start.
        records = [e for e in events if e["event"] == "iteration"]
        seconds = min(e["seconds"] for e in records[:-1])
        processor = min(b["processorSeconds"] - a["processorSeconds"] for a, b in zip(records[:-1], records[1:-1]))
        each = seconds / start["interactions"] * 1e9
        base = base or each
        print(f"| {start['interactions']:,} | {os.path.getsize(file) / 1e9:.2f} GB | {plan / 1e9:.2f} GB | "
              f"{finish['peakBytes'] / 1e9:.2f} GB | {read['seconds']:.2f} s | {seconds:.2f} s | "
              f"{each:.1f} ({100 * (each / base - 1):+.0f} %) | {processor:.2f} s |", flush=True)


main()
