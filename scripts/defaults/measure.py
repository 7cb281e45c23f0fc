"""One split of a data set, and what models of its training part are worth on its test part."""
import csv
import os
import subprocess
import sys
import tempfile

import numpy as np
import polars
import scipy.sparse as sp

import noise
import peers

METRIC = "ndcg@20"


class Split:
    """80 % of the pairs to train on and 20 % to test on, as files and as matrices."""

    def __init__(self, als, source, seed):
        self.als, self.seed = als, seed
        self._temporary = tempfile.TemporaryDirectory(prefix="als-defaults-")
        directory = self._temporary.name
        self.training, self.test, self.model = (os.path.join(directory, n) for n in ("train.csv", "test.csv", "model"))
        self._run("split", source, "--method", "random", "--seed", seed, "--training", self.training, "--test", self.test)
        train, test = self._pairs(self.training), self._pairs(self.test)
        self.users, self.items = (train[column].unique().sort() for column in ("user", "item"))
        self.train_matrix, self.test_matrix = self._matrix(train), self._matrix(test)
        self.peers = list(peers.PEERS)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._temporary.cleanup()

    def defaults(self):
        """`als train` with nothing else."""
        return self._trained()

    def rule(self, multiple, share):
        """The same with another rule: the unobserved weigh `multiple` times the observed, λ is `share` of the noise."""
        matrix = self.train_matrix
        cells = matrix.shape[0] * matrix.shape[1]
        weight = min(1.0, multiple * matrix.nnz / cells)
        level = noise.level(np.diff(matrix.indptr), np.bincount(matrix.indices), weight)
        return self._trained("--unobserved-weight", weight, "--regularization", share * level)

    def tuned(self, trials):
        """The best of `als tune` on a tenth of the training part, trained on all of it."""
        self._run("tune", self.training, "--factors", peers.FACTORS, "--trials", trials, "--seed", self.seed,
                  "--output", self.model, "--progress", "none")
        return self._value(self.model)

    def popularity(self):
        """What everybody buys."""
        self._run("train", self.training, "--iterations", 1, "--factors", 1, "--output", self.model, "--quiet")
        return self._value(self.model, "popularity")

    def peer(self, name, values):
        """A peer's defaults on ones or on the values, by irspack's evaluator, which agrees with ours to 1e-6."""
        from irspack.evaluation import Evaluator

        matrix = self.train_matrix.copy()
        if values == "ones":
            matrix.data[:] = 1
        users, items = peers.train(name, matrix, self.seed)
        evaluator = Evaluator(self.test_matrix, cutoff=20, masked_interactions=self.train_matrix)
        scores = evaluator.get_score_from_score_chunks(
            users[start:start + 512].astype(np.float64) @ items.T.astype(np.float64)
            for start in range(0, len(users), 512))
        return float(scores["ndcg"])

    def _trained(self, *options):
        self._run("train", self.training, "--output", self.model, "--quiet", *options)
        return self._value(self.model)

    def _value(self, model, column="model"):
        """NDCG@20 of a model file, with what a user has in training left out of the ranking."""
        rows = self._run("evaluate", model, self.test, "--exclude", self.training, "--metrics", METRIC, "--resamples", 0,
                         "--format", "csv").splitlines()
        return float(next(csv.DictReader(rows))[column])

    def _run(self, *arguments):
        command = [self.als, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(command)}\nended with {done.returncode}:\n{done.stderr[-2000:]}")
        return done.stdout

    @staticmethod
    def _pairs(path):
        """Users, items and the sums of their values, without what sums up to nothing."""
        rows = polars.read_csv(path, schema={"user": polars.String, "item": polars.String, "value": polars.Float64})
        return rows.group_by("user", "item").agg(polars.col("value").sum()).filter(polars.col("value") > 0)

    def _matrix(self, pairs):
        """Users × items of the training; what nobody has there cannot be ranked, by anybody."""
        known = pairs.filter(polars.col("user").is_in(self.users.implode()) & polars.col("item").is_in(self.items.implode()))
        place = (self.users.search_sorted(known["user"]).to_numpy(), self.items.search_sorted(known["item"]).to_numpy())
        matrix = sp.csr_matrix((known["value"].to_numpy(), place), shape=(len(self.users), len(self.items)))
        matrix.sort_indices()
        return matrix
