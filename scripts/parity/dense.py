"""Objectives written down cell by cell, over dense matrices in double precision: slow, short and plain."""
from dataclasses import dataclass

import numpy as np


@dataclass
class Model:
    """Factors of users and items in the order of the data, biases, and the mean."""
    users: np.ndarray
    items: np.ndarray
    user_biases: np.ndarray = None
    item_biases: np.ndarray = None
    mean: float = 0.0

    def __post_init__(self):
        self.users, self.items = np.asarray(self.users, np.float64), np.asarray(self.items, np.float64)
        self.user_biases = np.zeros(len(self.users)) if self.user_biases is None else np.float64(self.user_biases)
        self.item_biases = np.zeros(len(self.items)) if self.item_biases is None else np.float64(self.item_biases)

    @property
    def scores(self):
        return self.users @ self.items.T + self.user_biases[:, None] + self.item_biases + self.mean


@dataclass
class Objective:
    """Σ w·(t − score)² over all cells and all pairs (w, t) of `terms`, and the λ of each row times its squares; with l1,
    that times the sizes of factors, too, of which none is negative where it is `nonnegative`."""
    terms: list
    users: np.ndarray
    items: np.ndarray
    user_biases: np.ndarray = None  # λ of biases; those of the factors when left out
    item_biases: np.ndarray = None
    l1: float = 0.0
    nonnegative: bool = False

    def __call__(self, model):
        scores = model.scores
        value = sum(np.sum(w * (t - scores) ** 2) for w, t in self.terms)
        for factors, biases, own, of_biases in ((model.users, model.user_biases, self.users, self.user_biases),
                                                (model.items, model.item_biases, self.items, self.item_biases)):
            value += np.sum(own * np.sum(factors ** 2, 1)) + np.sum((own if of_biases is None else of_biases) * biases ** 2)
        return value + self.l1 * (np.abs(model.users).sum() + np.abs(model.items).sum())

    def slopes(self, model):
        """For users and items: how large the gradient is, where it leads to something less, over the sizes of what cancels in it."""
        scores = model.scores
        error = sum(w * (scores - t) for w, t in self.terms)
        size = sum(w * (np.abs(scores) + np.abs(t)) for w, t in self.terms)
        sides = ((model.users, model.user_biases, self.users, self.user_biases),
                 (model.items, model.item_biases, self.items, self.item_biases))
        slopes = []
        for side, (rows, biases, own, of_biases) in enumerate(sides):
            fixed, shrunk = sides[1 - side][0], own[:, None] * rows
            if biases.any():  # one more coordinate, whose partner is 1
                fixed = np.column_stack([fixed, np.ones(len(fixed))])
                shrunk = np.column_stack([shrunk, (own if of_biases is None else of_biases) * biases])
            e, s = (error, size) if side == 0 else (error.T, size.T)
            gradient = e @ fixed + shrunk
            if self.nonnegative or self.l1:
                inner = gradient[:, :rows.shape[1]]
                at_zero = np.minimum(0, inner + self.l1 / 2)
                if not self.nonnegative:
                    at_zero += np.maximum(0, inner - self.l1 / 2)
                gradient[:, :rows.shape[1]] = np.where(rows == 0, at_zero, inner + np.sign(rows) * self.l1 / 2)
            slopes.append(np.linalg.norm(gradient) / (np.linalg.norm(s @ np.abs(fixed)) + np.linalg.norm(shrunk)))
        return slopes


class Interactions:
    """Users × items with a value, and perhaps a weight, for some cells."""

    def __init__(self, users, items, values, weights=None):
        self.users, self.items, self.values, self.weights = users, items, values, weights
        self.shape = (users.max() + 1, items.max() + 1)

    def replacing(self, values, weights=None):
        return Interactions(self.users, self.items, values, weights)

    def dense(self, values):
        matrix = np.zeros(self.shape)
        matrix[self.users, self.items] = values
        return matrix

    @property
    def observed(self):
        return self.dense(1)

    @property
    def liked(self):
        return self.dense(self.values > 0)

    def csr(self, values=None, dtype=np.float32):
        import scipy.sparse as sp
        values = self.values if values is None else values
        return sp.csr_matrix((np.asarray(values, dtype), (self.users, self.items)), shape=self.shape)

    def write(self, path):
        columns = [self.users, self.items, self.values] + ([] if self.weights is None else [self.weights])
        with open(path, "w") as file:
            file.write("user,item,value" + ("" if self.weights is None else ",weight") + "\n")
            file.writelines(",".join(repr(column[n].item()) for column in columns) + "\n" for n in range(len(self.users)))


def made(users=240, items=150, seed=7):
    """Counts with negative ones, and ratings in half stars, on the same cells; no row is empty."""
    random = np.random.default_rng(seed)
    taste, kind = random.normal(size=(users, 5)), random.normal(size=(items, 5))
    score = taste @ kind.T / np.sqrt(5)
    chance = np.exp(score + random.normal(-3.2, 0.7, users)[:, None] + random.normal(0, 0.8, items))
    cells = random.random((users, items)) < chance
    cells[np.arange(users), random.integers(items, size=users)] = True
    cells[random.integers(users, size=items), np.arange(items)] = True
    u, i = np.nonzero(cells)
    counts = 1.0 + random.poisson(np.exp(0.5 * score[u, i]))
    counts[random.random(len(u)) < 0.1] *= -1
    ratings = 3.4 + score[u, i] + random.normal(0, 0.4, users)[u] + random.normal(0, 0.5, items)[i]
    ratings = np.clip(np.round(2 * (ratings + random.normal(0, 0.5, len(u)))) / 2, 0.5, 5)
    return Interactions(u, i, counts), Interactions(u, i, ratings)
