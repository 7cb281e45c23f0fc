"""A data set in a part to train on and a part to test on, as files and as matrices."""
import os
import tempfile

import numpy as np
import scipy.sparse as sp

from program import run


class Split:
    """A random share of the pairs for the test; rows and columns are in the order of `als train`, for ties fall by it, and
    what nobody has in training is left out, as it cannot be ranked."""

    def __init__(self, als, source, seed, fraction=0.2):
        self._temporary = tempfile.TemporaryDirectory(prefix="als-study-")
        self.training, self.test, self.model = (
            os.path.join(self._temporary.name, name) for name in ("train.csv", "test.csv", "model.safetensors"))
        run(als, "split", source, "--method", "random", "--seed", seed, "--fraction", fraction,
            "--training", self.training, "--test", self.test)
        self.values, *ids = _read(als, self.training)
        self.ones = self.values.copy()
        self.ones.data[:] = 1
        test, *others = _read(als, self.test)
        test = test.tocoo()
        places = [np.array([place.get(name, -1) for name in other]) for place, other in zip(ids, others)]
        rows, columns = places[0][test.row], places[1][test.col]
        known = (rows >= 0) & (columns >= 0)
        self.test_matrix = sp.csr_matrix((test.data[known], (rows[known], columns[known])), shape=self.ones.shape)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._temporary.cleanup()


def _read(als, file):
    """The matrix of a file without what sums up to nothing, which counts for nothing in `als evaluate`, and the places of its
    users and items."""
    run(als, "convert", file, "--output", file + ".npz", "--quiet")
    tables = np.load(file + ".npz")
    users, items = ({name: place for place, name in enumerate(_ids(tables, side))} for side in ("user", "item"))
    matrix = sp.load_npz(file + ".npz")
    matrix.data[matrix.data < 0] = 0
    matrix.eliminate_zeros()
    return matrix, users, items


def _ids(tables, side):
    if f"{side}_ids" in tables:
        return tables[f"{side}_ids"].astype(str).tolist()
    text, ends = tables[f"{side}_id_bytes"].tobytes(), tables[f"{side}_id_offsets"].tolist()
    return [text[start:end].decode() for start, end in zip(ends, ends[1:])]
