"""Runs `als`."""
import csv
import subprocess
import sys


def run(*command):
    """What a command prints; the end of this program if it fails."""
    command = [str(word) for word in command]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\nended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


def evaluation(als, model, test, metrics, *options):
    """The values of metrics of a model, by their names."""
    rows = run(als, "evaluate", model, test, "--metrics", ",".join(metrics), "--resamples", 0, "--format", "csv", *options)
    return {row["metric"]: float(row["model"]) for row in csv.DictReader(rows.splitlines())}
