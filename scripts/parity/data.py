"""The interactions, split by `als split`, as SciPy sees them."""
import csv
import gzip
import os
import subprocess
import sys

import numpy as np
import scipy.sparse as sp


class Data:
    """Training and test files with integer identifiers that are rows and columns, and the same as matrices."""

    def __init__(self, als, source, directory):
        self.als, self.directory = als, directory
        self.training, self.test = (os.path.join(directory, n) for n in ("train.csv", "test.csv"))
        everything = os.path.join(directory, "all.csv")
        self._renumber(source, everything)
        self.run("split", everything, "--seed", 7, "--training", self.training, "--test", self.test)
        train, test = self._read(self.training), self._read(self.test)
        self.users, self.items = np.unique(train[:, 0]), np.unique(train[:, 1])
        self.train_matrix = self._matrix(train)
        # What nobody has in training cannot be ranked, by anybody.
        known = np.isin(test[:, 0], self.users) & np.isin(test[:, 1], self.items)
        self.test_matrix = self._matrix(test[known])
        self.test_matrix.data[:] = 1
        self.summary = (f"{len(self.users)} users, {len(self.items)} items, {self.train_matrix.nnz} pairs to train on, "
                        f"{self.test_matrix.nnz} to test on")

    def run(self, *arguments):
        """Standard output of `als`."""
        command = [self.als, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(command)}\nended with {done.returncode}:\n{done.stderr[-2000:]}")
        return done.stdout

    def evaluate(self, model, metrics):
        """What `als evaluate` says of a model file: a dictionary of values by metric."""
        rows = self.run("evaluate", model, self.test, "--exclude", self.training, "--metrics", ",".join(metrics),
                        "--resamples", 0, "--format", "csv").splitlines()
        return {row["metric"]: float(row["model"]) for row in csv.DictReader(rows)}

    @staticmethod
    def _renumber(source, path):
        """Numbers users and items from 0 in the order of their names, and keeps the third column."""
        with (gzip.open if source.endswith(".gz") else open)(source, "rt", newline="") as file:
            rows = [row[:3] for row in csv.reader(file)][1:]
        users, items = ({name: n for n, name in enumerate(sorted({row[c] for row in rows}))} for c in (0, 1))
        with open(path, "w") as file:
            file.write("user,item,value\n")
            file.writelines(f"{users[user]},{items[item]},{value}\n" for user, item, value in rows)

    @staticmethod
    def _read(path):
        return np.loadtxt(path, delimiter=",", skiprows=1, dtype=np.float64, ndmin=2)

    def _matrix(self, rows):
        """Users × items of the training, repeated pairs added up."""
        place = (np.searchsorted(self.users, rows[:, 0]), np.searchsorted(self.items, rows[:, 1]))
        matrix = sp.csr_matrix((rows[:, 2], place), shape=(len(self.users), len(self.items)))
        matrix.sum_duplicates()
        return matrix
