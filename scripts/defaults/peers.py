"""The peers as they come: their own defaults, but for the number of factors."""
import contextlib
import io
import os

import numpy as np

FACTORS = 64


def _implicit(matrix, seed):
    from implicit.cpu.als import AlternatingLeastSquares

    model = AlternatingLeastSquares(factors=FACTORS, random_state=seed)
    model.fit(matrix, show_progress=False)
    return model.user_factors, model.item_factors


def _irspack(matrix, seed):
    from irspack import IALSRecommender

    model = IALSRecommender(matrix, n_components=FACTORS, random_seed=seed, n_threads=os.cpu_count()).learn()
    return model.get_user_embedding(), model.get_item_embedding()


def _cmfrec(matrix, seed):
    from cmfrec import CMF_implicit

    model = CMF_implicit(k=FACTORS, random_state=seed, verbose=False)
    model.fit(matrix.tocoo())
    return model.A_, model.B_


PEERS = {"implicit": _implicit, "irspack": _irspack, "cmfrec": _cmfrec}


def train(name, matrix, seed):
    """Factors of users and of items."""
    # irspack draws progress bars.
    with contextlib.redirect_stdout(io.StringIO()):
        users, items = PEERS[name](matrix.astype(np.float32), seed)
    return np.asarray(users, np.float32), np.asarray(items, np.float32)
