"""Compares what trainings were planned to take with what they take: planning.py ALS FILE."""
import json
import os
import subprocess
import sys
import tempfile

# A training of each form of input with each of these; more than a tenth too much or too little is a failure.
CASES = [
    ["--factors", "64"],
    ["--factors", "256"],
    ["--factors", "64", "--checkpoint", "CHECKPOINT", "--checkpoint-every", "2"],
    ["--factors", "64", "--solver", "cholesky", "--loss"],
    ["--factors", "64", "--precision", "double"],
    ["--factors", "64", "--confidence", "log"],
    ["--factors", "32", "--feedback", "explicit"],
    ["--factors", "64", "--validation", "0.1"],
]
TOLERANCE = 0.1


def events(arguments, log):
    subprocess.run([*arguments, "--log", log], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(log) as lines:
        return [json.loads(line) for line in lines]


def main():
    als, file = sys.argv[1:3]
    worst = 0
    with tempfile.TemporaryDirectory() as folder:
        compiled = {policy: os.path.join(folder, policy + ".als") for policy in ["sum", "last"]}
        for policy, path in compiled.items():
            subprocess.run([als, "convert", file, "--output", path, "--duplicates", policy, "--quiet"], check=True)
        print(f"{'input':9} {'options':70} {'planned':>9} {'taken':>9} {'error':>7}")
        for case in CASES:
            for form in ["compiled", "text"]:
                policy = "last" if "explicit" in case else "sum"
                source = compiled[policy] if form == "compiled" else file
                model, checkpoint = os.path.join(folder, "model"), os.path.join(folder, "checkpoint")
                options = [checkpoint if option == "CHECKPOINT" else option for option in case]
                train = [als, "train", source, "--output", model, "--iterations", "3",
                         "--choose", "formula", *options]
                plan = events([*train, "--dry-run"], os.path.join(folder, "log"))[0]
                finish = events(train, os.path.join(folder, "log"))[-1]
                planned, taken = plan["peakBytes"], finish["peakBytes"]
                error = planned / taken - 1
                worst = max(worst, abs(error))
                print(f"{form:9} {' '.join(case):70} {planned / 1e6:6.0f} MB {taken / 1e6:6.0f} MB {100 * error:+6.1f} %",
                      flush=True)
                size = os.path.getsize(model)
                assert abs(plan["files"][0]["bytes"] / size - 1) < TOLERANCE, (plan["files"], size)
    print(f"The plan is within {100 * worst:.1f} %" + ("" if worst <= TOLERANCE else ": too far off"))
    sys.exit(worst > TOLERANCE)


main()
