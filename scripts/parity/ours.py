"""`als train`: its objectives as its documentation has them, and models that it trains."""
import json
import os
import subprocess
import sys

import numpy as np
from safetensors.numpy import load_file

from dense import Model, Objective


def implicit(data, objective, alpha=1, confidence="linear", confidence_scale=1, unobserved_weight=1, regularization=0,
             regularization_users=None, regularization_items=None, regularization_exponent=0, regularization_basis="cells",
             dislikes="error", nonnegative=False, l1=0.0):
    """The doc comment of ImplicitLoss, with the options of `als train` for parameters."""
    weights = 1.0 if data.weights is None else data.weights
    gains = data.dense(alpha * {"linear": lambda: np.abs(data.values) * weights,
                                "log": lambda: np.log1p(np.abs(data.values) * weights / confidence_scale),
                                "binary": lambda: weights * np.ones(len(data.values))}[confidence]())
    targets, observed = data.liked, data.observed
    counted = targets if dislikes == "zero" else observed
    if objective == "ials":
        terms = [(gains, targets), (unobserved_weight, 0.0)]
    else:
        terms = [((1 + gains) * observed, targets), (unobserved_weight * (1 - observed), 0.0)]
    unobserved = unobserved_weight if regularization_basis == "cells" else 0
    return Objective(terms, *(
        (regularization if own is None else own)
        * (counted.sum(axis) + unobserved * counted.shape[axis]) ** regularization_exponent
        for axis, own in ((1, regularization_users), (0, regularization_items))), l1=_constant(l1, regularization_exponent),
        nonnegative=nonnegative)


def _constant(l1, exponent):
    """μ, which no case here has together with ν."""
    assert l1 == 0 or exponent == 0
    return l1


def explicit(data, regularization=0, regularization_users=None, regularization_items=None, regularization_biases=None,
             regularization_exponent=0.5, bias=True, mean=True, nonnegative=False, l1=0.0):
    """The doc comment of ExplicitLoss; whether there are biases and a mean is in the model."""
    observed = data.observed
    weights = observed if data.weights is None else data.dense(data.weights)
    counts = [observed.sum(axis) ** regularization_exponent for axis in (1, 0)]
    return Objective(
        [(weights, data.dense(data.values))],
        *((regularization if own is None else own) * n for own, n in zip((regularization_users, regularization_items), counts)),
        *(None if regularization_biases is None else regularization_biases * n for n in counts),
        l1=_constant(l1, regularization_exponent), nonnegative=nonnegative)


def options(parameters):
    """The parameters of the functions above as options of `als train`."""
    return [text for name, value in parameters.items() for text in (
        [("--" if value else "--no-") + name] if isinstance(value, bool)
        else ["--" + name.replace("_", "-"), repr(value) if isinstance(value, float) else str(value)])
        if not (name in ("bias", "mean") and value)]


class Program:
    """`als`, with a folder for its files."""

    def __init__(self, path, directory):
        self.path, self.directory = path, directory

    def train(self, data, feedback, parameters, factors, iterations, seed=1):
        """A model by exact double-precision ALS, and the objective in its log."""
        source, model, log = (os.path.join(self.directory, name) for name in ("data.csv", "model.safetensors", "log.jsonl"))
        data.write(source)
        if os.path.exists(log):
            os.remove(log)
        command = [self.path, "train", source, "--user-column", "user", "--item-column", "item", "--value-column", "value",
                   "--feedback", feedback, "--factors", factors, "--iterations", iterations, "--seed", seed,
                   "--precision", "double", "--loss", "--log", log, "--quiet", "--output", model, *options(parameters)]
        if not {"nonnegative", "l1"} & set(parameters):
            command += ["--solver", "cholesky"]
        if data.weights is not None:
            command += ["--weight-column", "weight"]
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(map(str, command))}\nended with {done.returncode}:\n{done.stderr[-2000:]}")
        with open(log) as file:
            losses = [line["loss"] for line in map(json.loads, file) if line["event"] == "iteration"]
        return self._read(model, data), losses[-1]

    @staticmethod
    def _read(path, data):
        tables = load_file(path)
        places = [np.argsort(tables[f"{side}_ids"]) for side in ("user", "item")]
        assert all(np.array_equal(tables[f"{side}_ids"][place], np.arange(count))
                   for side, place, count in zip(("user", "item"), places, data.shape))
        biases = [tables[f"{side}_bias"][place] if f"{side}_bias" in tables else None
                  for side, place in zip(("user", "item"), places)]
        return Model(tables["user_factors"][places[0]], tables["item_factors"][places[1]], *biases,
                     mean=float(tables["global_mean"][0]) if "global_mean" in tables else 0.0)
