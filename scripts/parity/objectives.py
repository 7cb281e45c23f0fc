"""Compares the objectives of `als train` with those of other engines; exits with 1 when one differs."""
import argparse
import os
import sys
import tempfile
from dataclasses import dataclass
from typing import Callable

# Peers run their own threads; their BLAS must not run more.
for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np

import ours
import theirs
import trained
from dense import Interactions, Model, made

FACTORS, ITERATIONS = 6, 120
SAME, SLOPE, END, STARTS = 1e-5, 1e-6, 1e-9, 10


@dataclass
class Case:
    """An objective of another engine, and what says the same to `als train`."""
    engine: str
    what: str
    data: Interactions  # as the other engine has it
    objective: Callable  # of `theirs`
    their_parameters: dict
    parameters: dict  # of `als train`
    our_data: Interactions = None  # when `als train` has other values or weights
    scale: float = 1.0  # theirs over ours
    train: Callable = None  # of `trained`; by formula alone when there is none
    train_parameters: dict = None  # when they are not `their_parameters`
    reports: float = 1.0  # what it says its loss is, over the formula
    feedback: str = "implicit"


def check(case, als):
    """Prints a line and says whether all agrees."""
    data = case.our_data or case.data
    own = getattr(ours, case.feedback)(data, **case.parameters)
    other = case.objective(case.data, **case.their_parameters)
    model, logged = als.train(data, case.feedback, case.parameters, FACTORS, ITERATIONS)
    differences = {"log": _difference(logged, own(model)), "own factors": _difference(case.scale * own(model), other(model))}
    wrong = [name for name, value in differences.items() if not value <= SAME]
    end, their_end, note = case.scale * own(model), None, "by its formula"
    try:
        if case.train:
            peer, reported = case.train(case.data, FACTORS, ITERATIONS, **(case.train_parameters or case.their_parameters))
            their_end, note = other(peer), ""
            # A mean is part of the function, not of what is trained.
            differences["its factors"] = max(_difference(case.scale * own(peer), their_end),
                                             abs(model.mean - peer.mean))
            if reported is not None:
                differences["its report"] = _difference(reported, case.reports * their_end)
            wrong += [name for name in ("its factors", "its report") if not differences.get(name, 0) <= SAME]
            # Its last half-sweep was exact, so our gradient there is zero if the objectives are the same.
            differences["slope"] = min(own.slopes(peer))
            if not differences["slope"] <= SLOPE:
                wrong.append("slope")
            # There are local minima: a start that ends in a worse one than theirs says nothing, so others are tried.
            for seed in range(2, STARTS + 1):
                if end <= their_end * (1 + END):
                    break
                end = min(end, case.scale * own(als.train(data, case.feedback, case.parameters, FACTORS, ITERATIONS, seed)[0]))
            if not end <= their_end * (1 + END):
                wrong.append("end")
    except trained.Missing as missing:
        note = f"skipped: {missing}"
    if their_end is None:
        peer = _random(model)
        differences["its factors"] = _difference(case.scale * own(peer), other(peer))
    columns = [f"{differences[name]:10.0e}" if name in differences else " " * 10
               for name in ("log", "own factors", "its factors", "its report", "slope")]
    print(f"{case.engine:9}{case.what:35}{case.scale * own(model):14.5f}{other(model):14.5f}", *columns,
          f"{end:13.4f}{their_end:13.4f}" if their_end is not None else f"  {note}",
          f"  DIFFERENT: {', '.join(wrong)}" if wrong else "", sep="", flush=True)
    return not wrong


def _difference(a, b):
    return abs(a - b) / abs(b)


def _random(model):
    """Factors and biases as large as those of a model."""
    random = np.random.default_rng(5)
    parts = [random.normal(size=part.shape) * part.std()
             for part in (model.users, model.items, model.user_biases, model.item_biases)]
    return Model(*parts, mean=model.mean)


def cases():
    signed, ratings = made()
    counts = signed.replacing(np.abs(signed.values))
    ones = signed.replacing(np.ones(len(signed.values)))
    stars = ratings.replacing(ratings.values, np.random.default_rng(3).integers(1, 4, len(ratings.values)).astype(float))

    def weighing(data, gains):
        """The same cells as 1 and -1 with weights; a row of weight 0 would be left out."""
        return data.replacing(np.sign(data.values), np.maximum(gains, 1e-9))

    binary, linear = (dict(objective="hkv", confidence=name) for name in ("binary", "linear"))
    weighted = dict(binary, alpha=1)

    engine = lambda **p: Case("implicit", objective=theirs.implicit, train=trained.implicit, **p)
    yield engine(what="ones, alpha 8", data=ones, their_parameters=dict(alpha=8.0, regularization=2.0),
                 parameters=dict(binary, alpha=7, regularization=2.0))
    yield engine(what="ones, alpha 1 (default)", data=ones, their_parameters=dict(alpha=1.0, regularization=2.0),
                 parameters=dict(binary, alpha=0, regularization=2.0))
    yield engine(what="±(1 + 3·count)", data=signed.replacing(np.sign(signed.values) + 3 * signed.values), our_data=signed,
                 their_parameters=dict(alpha=1.0, regularization=2.0),
                 parameters=dict(linear, alpha=3, dislikes="zero", regularization=2.0))
    for alpha in (1.0, 2.0):
        yield engine(what=f"±counts, alpha {alpha:.0f}", data=signed, our_data=weighing(signed, alpha * counts.values - 1),
                     their_parameters=dict(alpha=alpha, regularization=2.0),
                     parameters=dict(weighted, dislikes="zero", regularization=2.0))

    engine = lambda **p: Case("irspack", objective=theirs.irspack, train=trained.irspack, data=counts, reports=0.5, **p)
    yield engine(what="IALSPP, alpha0 0.1, nu 1", their_parameters=dict(alpha0=0.1, reg=0.02, nu=1.0, loss_type="IALSPP"),
                 parameters=dict(objective="ials", confidence="linear", unobserved_weight=0.1, regularization=0.02,
                                 regularization_exponent=1.0))
    yield engine(what="IALSPP, log, epsilon 0.5, nu 0.5",
                 their_parameters=dict(alpha0=0.1, reg=0.1, nu=0.5, loss_type="IALSPP", scale=lambda x: np.log(1 + x / 0.5)),
                 parameters=dict(objective="ials", confidence="log", confidence_scale=0.5, unobserved_weight=0.1,
                                 regularization=0.1, regularization_exponent=0.5))
    yield engine(what="ORIGINAL, alpha0 1, nu 1", their_parameters=dict(alpha0=1.0, reg=0.01, nu=1.0, loss_type="ORIGINAL"),
                 parameters=dict(linear, alpha=1, regularization=0.01, regularization_exponent=1.0))
    yield engine(what="ORIGINAL, alpha0 0.25, nu 0", their_parameters=dict(alpha0=0.25, reg=1.0, nu=0.0, loss_type="ORIGINAL"),
                 parameters=dict(linear, alpha=4, regularization=4.0), scale=0.25)
    yield engine(what="ORIGINAL, alpha0 0.25, nu 0.5", our_data=weighing(counts, counts.values - (1 - 0.25)),
                 their_parameters=dict(alpha0=0.25, reg=0.1, nu=0.5, loss_type="ORIGINAL"),
                 parameters=dict(weighted, unobserved_weight=0.25, regularization=0.1, regularization_exponent=0.5))

    engine = lambda **p: Case("cmfrec", objective=theirs.cmfrec_implicit, train=trained.cmfrec_implicit, data=counts, **p)
    yield engine(what="implicit, alpha 3", their_parameters=dict(alpha=3.0, lambda_=2.0),
                 parameters=dict(linear, alpha=3, regularization=2.0))
    yield engine(what="implicit, two lambda_, w_main 2",
                 their_parameters=dict(alpha=3.0, lambda_=[0, 0, 2.0, 6.0, 0, 0], w_main=2.0), scale=2.0,
                 parameters=dict(linear, alpha=3, regularization_users=1.0, regularization_items=3.0))
    yield engine(what="implicit, nonneg", their_parameters=dict(alpha=3.0, lambda_=2.0, nonneg=True),
                 parameters=dict(linear, alpha=3, regularization=2.0, nonnegative=True))
    yield engine(what="implicit, nonneg, l1_lambda 0.1",
                 their_parameters=dict(alpha=3.0, lambda_=2.0, l1_lambda=0.1, nonneg=True),
                 parameters=dict(linear, alpha=3, regularization=2.0, nonnegative=True, l1=0.2))

    def engine(what, lambda_, scale_lam, data=ratings, biases=True, center=True, theirs_only={}, **parameters):
        shared = dict(lambda_=lambda_, scale_lam=scale_lam, **theirs_only)
        return Case("cmfrec", what, data, theirs.cmfrec_explicit, shared, parameters, feedback="explicit",
                    train=trained.cmfrec_explicit, train_parameters=dict(shared, biases=biases, center=center))

    yield engine("explicit, lambda_ 3", 3.0, False, regularization=3.0, regularization_exponent=0)
    yield engine("explicit, scale_lam", 0.05, True, regularization=0.05, regularization_exponent=1)
    yield engine("explicit, scale_lam, four lambda_", [0.2, 0.2, 0.05, 0.08, 0, 0], True,
                 regularization_users=0.05, regularization_items=0.08, regularization_biases=0.2, regularization_exponent=1)
    yield engine("explicit, no biases, no center", 0.05, True, biases=False, center=False, regularization=0.05,
                 regularization_exponent=1, bias=False, mean=False)
    yield engine("explicit, no biases or center, nonneg", 3.0, False, biases=False, center=False,
                 theirs_only=dict(nonneg=True), regularization=3.0, regularization_exponent=0, bias=False, mean=False,
                 nonnegative=True)
    yield engine("explicit, weights", 8.0, False, data=stars, regularization=8.0, regularization_exponent=0)

    engine = lambda **p: Case("lenskit", objective=theirs.lenskit_implicit, train=trained.lenskit_implicit, data=counts, **p)
    yield engine(what="ImplicitMF, weight 40 (default)",
                 their_parameters=dict(weight=40.0, user_reg=2.0, item_reg=2.0, use_ratings=False),
                 parameters=dict(binary, alpha=40, regularization=2.0))
    yield engine(what="ImplicitMF, use_ratings, two λ",
                 their_parameters=dict(weight=4.0, user_reg=1.0, item_reg=3.0, use_ratings=True),
                 parameters=dict(linear, alpha=4, regularization_users=1.0, regularization_items=3.0))
    try:
        residuals = trained.lenskit_residuals(ratings)
    except trained.Missing:
        residuals = ratings.replacing(ratings.values - ratings.values.mean())
    yield Case("lenskit", "BiasedMF, ratings less its biases", residuals, theirs.lenskit_explicit,
               dict(user_reg=0.05, item_reg=0.05), dict(regularization=0.05, regularization_exponent=1, bias=False, mean=False),
               feedback="explicit",
               train=lambda data, *rest, **parameters: trained.lenskit_explicit(ratings, *rest, **parameters))

    spark = trained.spark if arguments.spark else None
    yield Case("spark", "implicitPrefs, ±counts", signed, theirs.spark_implicit, dict(alpha=2.0, regParam=0.1),
               dict(linear, alpha=2, dislikes="zero", regularization=0.1, regularization_exponent=1,
                    regularization_basis="entries"),
               train=spark, train_parameters=dict(implicit=True, alpha=2.0, regParam=0.1))
    yield Case("spark", "ratings", ratings, theirs.spark_explicit, dict(regParam=0.05),
               dict(regularization=0.05, regularization_exponent=1, bias=False, mean=False), feedback="explicit",
               train=spark, train_parameters=dict(implicit=False, regParam=0.05))

    confidences = counts.replacing(1 + 3 * counts.values)
    yield Case("rsparse", "implicit, 1 + 3·count", confidences, theirs.rsparse_implicit, dict(lambda_=2.0),
               dict(linear, alpha=3, regularization=2.0), our_data=counts)
    yield Case("rsparse", "explicit, biases, dynamic_lambda", ratings, theirs.rsparse_explicit,
               dict(lambda_=0.05, dynamic_lambda=True), dict(regularization=0.05, regularization_exponent=1),
               feedback="explicit")
    yield Case("rsparse", "explicit, dynamic_lambda FALSE", ratings, theirs.rsparse_explicit,
               dict(lambda_=3.0, dynamic_lambda=False),
               dict(regularization=3.0, regularization_exponent=0, bias=False, mean=False), feedback="explicit")


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--als", required=True, help="the program")
parser.add_argument("--spark", action="store_true", help="train Spark's models, too; needs Java; a minute or two")
parser.add_argument("--only", help="engines to check, with commas between")
arguments = parser.parse_args()

print(f"{'engine':9}{'data and parameters':35}{'als':>14}{'engine':>14}{'log':>10}{'at ours':>10}{'at its':>10}{'report':>10}"
      f"{'slope':>10}{'end, als':>13}{'end, its':>13}")
with tempfile.TemporaryDirectory(prefix="als-parity-") as directory:
    als = ours.Program(arguments.als, directory)
    same = True
    for case in cases():
        if not arguments.only or case.engine in arguments.only.split(","):
            same &= check(case, als)
print("objectives: " + ("all the same" if same else "DIFFERENT"))
sys.exit(0 if same else 1)
