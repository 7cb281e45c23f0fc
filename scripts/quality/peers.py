"""The peers, with their own defaults or at points of a search."""
import contextlib
import io
import time

import numpy as np
from scipy.stats import qmc

# What is searched: the number of factors, and the weights of observations and of the regularisation on a logarithmic
# scale; for irspack the ranges of its own tuner.
PEERS = {
    "implicit": ("factors", {"alpha": (0.3, 90), "regularization": (1e-2, 1e2)}),
    "irspack": ("n_components", {"alpha0": (3e-3, 1), "reg": (1e-4, 1e-1)}),
    "cmfrec": ("k", {"alpha": (0.3, 90), "lambda_": (1e-2, 1e2)}),
}


def points(name, factors, seed):
    """Parameters of a peer, without end, by a Sobol sequence: factors in a range, and the others."""
    factor_name, others = PEERS[name]
    ranges = {factor_name: factors, **others}
    sequence = qmc.Sobol(len(ranges), seed=seed)
    while True:
        point = {key: low * (high / low) ** place
                 for (key, (low, high)), place in zip(ranges.items(), sequence.random(1)[0].tolist())}
        yield {**point, factor_name: round(point[factor_name])}


def train(name, matrix, seed, threads, **parameters):
    """Factors of users and of items, and the seconds of training."""
    started = time.perf_counter()
    # irspack draws progress bars.
    with contextlib.redirect_stdout(io.StringIO()):
        factors = globals()["_" + name](matrix, seed, threads, parameters)
    return *(np.asarray(table, np.float32) for table in factors), time.perf_counter() - started


def _implicit(matrix, seed, threads, parameters):
    from implicit.cpu.als import AlternatingLeastSquares

    model = AlternatingLeastSquares(random_state=seed, num_threads=threads, **parameters)
    model.fit(matrix, show_progress=False)
    return model.user_factors, model.item_factors


def _irspack(matrix, seed, threads, parameters):
    from irspack import IALSRecommender

    model = IALSRecommender(matrix, random_seed=seed, n_threads=threads, **parameters).learn()
    return model.get_user_embedding(), model.get_item_embedding()


def _cmfrec(matrix, seed, threads, parameters):
    from cmfrec import CMF_implicit

    model = CMF_implicit(random_state=seed, nthreads=threads, verbose=False, **parameters)
    model.fit(matrix.tocoo())
    return model.A_, model.B_
