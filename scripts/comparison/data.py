"""Interactions from the CSV that every engine reads, as SciPy sees them."""
import os
import subprocess
import sys

import numpy as np
import scipy.sparse as sp


def make(als, path, users, items, interactions, seed=0):
    """Writes synthetic interactions to `path` unless they are there."""
    if os.path.exists(path):
        return
    print(f"making {path}", file=sys.stderr, flush=True)
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    sizes = ["--users", users, "--items", items, "--interactions", interactions, "--seed", seed]
    subprocess.run([als, "synthesize", *map(str, sizes), "--output", path], check=True)


def load(path):
    """The matrix of a CSV file with integer users and items, with its identifiers; cached beside the file.

    Rows and columns are the identifiers that occur, in rising order, as they are in a model of the same file. Repeated
    pairs are one entry.
    """
    cache = path + ".npz"
    if not os.path.exists(cache) or os.path.getmtime(cache) < os.path.getmtime(path):
        columns = np.loadtxt(path, delimiter=",", skiprows=1, usecols=(0, 1), dtype=np.int64)
        users, rows = np.unique(columns[:, 0], return_inverse=True)
        items, cols = np.unique(columns[:, 1], return_inverse=True)
        entries = (np.ones(len(rows), np.float32), (rows, cols))
        matrix = sp.csr_matrix(entries, shape=(len(users), len(items)))
        matrix.sum_duplicates()
        partial = cache + ".partial.npz"
        np.savez(partial, indptr=matrix.indptr.astype(np.int32), indices=matrix.indices.astype(np.int32),
                 users=users, items=items)
        os.replace(partial, cache)
    with np.load(cache) as saved:
        indptr, indices, users, items = (saved[n] for n in ("indptr", "indices", "users", "items"))
    ones = np.ones(len(indices), np.float32)
    return sp.csr_matrix((ones, indices, indptr), shape=(len(users), len(items))), users, items
