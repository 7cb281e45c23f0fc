"""The one judge of every engine's factors: the objective of Hu, Koren and Volinsky (2008), in double precision.

    sum over observed cells of (1 + alpha) (1 - x.y)^2  +  sum over all others of (x.y)^2  +  lambda (|X|^2 + |Y|^2)
"""
from concurrent.futures import ThreadPoolExecutor

import numpy as np

ALPHA, REGULARIZATION = 10.0, 0.05
BLOCK = 1 << 14  # entries at once: small enough for the gathered rows to stay in cache


def objective(matrix, users, items, threads):
    """The value for a SciPy CSR matrix and the factors of its rows and columns."""
    x, y = np.asarray(users, np.float64), np.asarray(items, np.float64)
    assert len(x) == matrix.shape[0] and len(y) == matrix.shape[1], "factors of another data set"
    rows = np.repeat(np.arange(matrix.shape[0], dtype=np.int32), np.diff(matrix.indptr))

    def observed(start):
        part = slice(start, start + BLOCK)
        score = np.einsum("ij,ij->i", x[rows[part]], y[matrix.indices[part]])
        # As if unobserved, each cell has its score squared in the sum over all cells.
        return float(np.sum((1 + ALPHA) * (1 - score) ** 2 - score**2))

    with ThreadPoolExecutor(threads) as pool:
        total = sum(pool.map(observed, range(0, matrix.nnz, BLOCK)))
    return total + float(np.sum((x.T @ x) * (y.T @ y))) + REGULARIZATION * float(np.sum(x * x) + np.sum(y * y))


def of_npz(matrix, path, threads):
    """The value for factors that a peer saved."""
    with np.load(path) as factors:
        return objective(matrix, factors["users"], factors["items"], threads)


def of_model(matrix, user_ids, item_ids, path, threads):
    """The value for a model of the engine, aligned by identifiers."""
    return objective(matrix, *model_factors(user_ids, item_ids, path), threads)


def model_factors(user_ids, item_ids, path):
    """A model's factors in the order of `user_ids` and `item_ids`; zero for those it does not have."""
    from safetensors.numpy import load_file

    model = load_file(path)
    return [aligned(model[f"{side}_factors"], model[f"{side}_ids"], ids)
            for side, ids in (("user", user_ids), ("item", item_ids))]


def aligned(factors, ids, wanted):
    order = np.argsort(ids)
    place = np.minimum(np.searchsorted(ids, wanted, sorter=order), len(ids) - 1)
    rows = order[place]
    return np.where((ids[rows] == wanted)[:, None], factors[rows], 0)
