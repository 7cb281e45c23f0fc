"""Compares metrics and models with scikit-learn, irspack and implicit; exits with 1 when they differ."""
import argparse
import os
import sys
import tempfile

# Peers run their own threads; their BLAS must not run more.
for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import rankings
import training
from data import Data

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--als", required=True, help="the program")
parser.add_argument("--data", default="Examples/online-retail/purchases.csv.gz",
                    help="CSV with header, user, item and value first")
parser.add_argument("--short", action="store_true", help="one random start and fewer iterations")
arguments = parser.parse_args()

with tempfile.TemporaryDirectory(prefix="als-parity-") as directory:
    data = Data(arguments.als, arguments.data, directory)
    print(data.summary, flush=True)
    same = rankings.check(data)
    same &= training.check(data, seeds=1 if arguments.short else 3, iterations=8 if arguments.short else 16)
print("parity: " + ("all the same" if same else "DIFFERENT"))
sys.exit(0 if same else 1)
