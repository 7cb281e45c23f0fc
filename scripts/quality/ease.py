"""EASE (Steck, WWW 2019): items from items, linear, in closed form."""
import numpy as np
from scipy.linalg import lapack

REGULARIZATIONS = (10, 20, 50, 100, 200, 500, 1000, 2000)
MOST = 25_000  # users or items, whichever are fewer: 2.5 GB in single precision


def train(ones, regularization):
    """X·B with B = I − P·diag(1/diag P), P = (XᵀX + λI)⁻¹, as a function of rows, for a matrix of ones. What is in
    training is not recommended, so X·I is left out. With fewer users than items, X·P is (XXᵀ + λI)⁻¹·X."""
    if ones.shape[0] >= ones.shape[1]:
        inverse = _inverse(ones.T @ ones, regularization)
        return lambda rows: -(ones[rows] @ inverse) / np.diag(inverse)
    product = _inverse(ones @ ones.T, regularization) @ ones
    diagonal = (1 - ones.multiply(product).sum(0).A1) / regularization
    return lambda rows: -product[rows] / diagonal


def _inverse(gram, regularization):
    """(G + λI)⁻¹ by Cholesky."""
    dense = gram.toarray(order="F")
    dense[np.diag_indices_from(dense)] += regularization
    dense, failed = lapack.spotrf(dense, overwrite_a=True)
    assert not failed
    dense, failed = lapack.spotri(dense, overwrite_c=True)
    assert not failed
    return np.triu(dense) + np.triu(dense, 1).T
