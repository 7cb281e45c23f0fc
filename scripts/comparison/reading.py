"""Times reading a file with als and with pandas in turn: reading.py ALS FILE RUNS."""
import json
import os
import statistics
import subprocess
import sys
import tempfile

PANDAS = """
import sys, time
import pandas, scipy.sparse, numpy
start = time.perf_counter()
frame = pandas.read_csv(sys.argv[1], usecols=["userId", "itemId", "rating"], dtype={"rating": "float32"})
users, items = frame.userId.astype("category"), frame.itemId.astype("category")
shape = len(users.cat.categories), len(items.cat.categories)
by_user = scipy.sparse.csr_matrix((frame.rating, (users.cat.codes, items.cat.codes)), shape)
by_item = by_user.T.tocsr()
print(time.perf_counter() - start, by_user.nnz + by_item.nnz)
"""


def measured(command):
    """What a command prints, and its peak resident bytes."""
    with tempfile.NamedTemporaryFile() as peak:
        here = os.path.dirname(os.path.abspath(__file__))
        output = subprocess.run([sys.executable, os.path.join(here, "peak.py"), peak.name, *command],
                                check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
        return output, int(open(peak.name).read())


def with_als(als, file):
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log")
        command = [als, "train", file, "--output", "/dev/null", "--factors", "1", "--iterations", "1",
                   "--choose", "formula", "--log", log]
        measured(command)
        events = [json.loads(line) for line in open(log)]
        read = next(event for event in events if event["event"] == "read")
        return read["seconds"], read["peakBytes"], read["rowsPerSecond"]


def with_pandas(file):
    output, peak = measured([sys.executable, "-c", PANDAS, file])
    return float(output.split()[0]), peak, None


def main():
    als, file, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with open(file, "rb") as content:  # Once, so that both find it in memory.
        while content.read(1 << 24):
            pass
    results = {"als": [], "pandas": []}
    for _ in range(runs):
        results["als"].append(with_als(als, file))
        results["pandas"].append(with_pandas(file))
    for name, rows in results.items():
        seconds = statistics.median(row[0] for row in rows)
        print(f"{name:7} median {seconds:.3f} s (from {min(r[0] for r in rows):.3f} to {max(r[0] for r in rows):.3f}), "
              f"peak {statistics.median(row[1] for row in rows) / 1e6:.0f} MB")
    ratio = statistics.median(r[0] for r in results["pandas"]) / statistics.median(r[0] for r in results["als"])
    print(f"als reads {ratio:.2f} times as fast as pandas, "
          f"{statistics.median(r[2] for r in results['als']) / 1e6:.1f} million rows per second")


main()
