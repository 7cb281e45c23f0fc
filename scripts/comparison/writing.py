"""Times writing everybody's recommendations beside finding them: writing.py ALS RECOMMEND_TIMING FILE RUNS."""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time


def measured(command):
    """Seconds, and peak resident bytes, of a command."""
    with tempfile.NamedTemporaryFile() as peak:
        here = os.path.dirname(os.path.abspath(__file__))
        start = time.perf_counter()
        subprocess.run([sys.executable, os.path.join(here, "peak.py"), peak.name, *command], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return time.perf_counter() - start, int(open(peak.name).read())


def main():
    als, timing, file, runs = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    with tempfile.TemporaryDirectory() as folder:
        model, output = os.path.join(folder, "model.safetensors"), os.path.join(folder, "lines")
        subprocess.run([als, "train", file, "--output", model, "--factors", "64", "--iterations", "5",
                        "--choose", "formula", "--quiet"],
                       check=True)
        found = json.loads(subprocess.run([timing, model, file, "--singles", "0", "--answers", "1"], check=True,
                                          stdout=subprocess.PIPE, text=True).stdout)
        first = os.path.join(folder, "first")
        subprocess.run([als, "recommend", model, "--all", "--count", "1", "--format", "csv", "--output", output],
                       check=True)
        with open(output) as lines, open(first, "w") as user:
            next(lines)
            user.write(next(lines).split(",")[0] + "\n")

        engine, writing = [], {"csv": [], "json": []}
        for _ in range(runs):
            engine.append(json.loads(subprocess.run([timing, model, file, "--singles", "0", "--answers", "1"],
                                                    check=True, stdout=subprocess.PIPE, text=True).stdout)["seconds"])
            for form, results in writing.items():
                command = [als, "recommend", model, "--exclude", file, "--format", form, "--output", output]
                alone, alone_peak = measured([*command, "--users", first])
                everybody, peak = measured([*command, "--all"])
                results.append((everybody - alone, peak, alone_peak, os.path.getsize(output)))
        alone = statistics.median(engine)
        print(f"{found['users']:,} users, 10 items each, what they have seen excluded; {runs} runs in turn, medians")
        print(f"found:        {alone:.3f} s, {found['users'] / alone:,.0f} users/s")
        for form, results in writing.items():
            seconds, peak, alone_peak, size = (statistics.median(column) for column in zip(*results))
            print(f"{form + ' written:':13} {seconds:.3f} s, {found['users'] / seconds:,.0f} users/s, "
                  f"{seconds / alone:.2f} times as long, {size / 1e6:.0f} MB; "
                  f"{peak / 1e6:.0f} MB resident, {alone_peak / 1e6:.0f} MB for one user")


main()
