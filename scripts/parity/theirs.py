"""Objectives of other engines, from what their sources and documents say, with their parameters' names."""
import numpy as np

from dense import Objective


def _constant(data, user, item=None):
    return np.full(data.shape[0], float(user)), np.full(data.shape[1], float(user if item is None else item))


def _pulled(data, confidences, unobserved=1.0):
    """Terms that pull what is liked to 1 and all else to 0."""
    return [(data.dense(confidences), data.liked), (unobserved * (1 - data.observed), 0.0)]


def implicit(data, alpha, regularization):
    """implicit/cpu/_als.pyx: the stored value times alpha is the confidence; negative ones have preference 0."""
    return Objective(_pulled(data, np.abs(alpha * data.values)), *_constant(data, regularization))


def irspack(data, alpha0, reg, nu, loss_type, scale=lambda x: x):
    """irspack/recommenders/ials.py, without its factor of 1/2; `scale` is confidence_scaling."""
    c = scale(data.values)
    users, items = data.shape
    lambdas = (reg * (data.observed.sum(1) + alpha0 * items) ** nu, reg * (data.observed.sum(0) + alpha0 * users) ** nu)
    if loss_type == "ORIGINAL":
        return Objective(_pulled(data, alpha0 + c, alpha0), *lambdas)
    return Objective([(data.dense(c), 1.0), (alpha0, 0.0)], *lambdas)


def cmfrec_implicit(data, alpha, lambda_, w_main=1.0, l1_lambda=0.0, nonneg=False):
    """cmfrec.CMF_implicit: Hu, Koren and Volinsky; lambda_ a number, or six of which the third and fourth count;
    l1_lambda is added to half the gradient."""
    lambdas = (lambda_, lambda_) if np.isscalar(lambda_) else (lambda_[2], lambda_[3])
    return Objective([(w_main * w, t) for w, t in _pulled(data, 1 + alpha * data.values)], *_constant(data, *lambdas),
                     l1=2 * l1_lambda, nonnegative=nonneg)


def cmfrec_explicit(data, lambda_, scale_lam, l1_lambda=0.0, nonneg=False):
    """cmfrec.CMF: lambda_ of user biases, item biases, users and items, times the entries of the row with scale_lam."""
    ub, ib, a, b = (lambda_,) * 4 if np.isscalar(lambda_) else lambda_[:4]
    n, m = (data.observed.sum(axis) if scale_lam else np.ones(data.shape[1 - axis]) for axis in (1, 0))
    weights = data.observed if data.weights is None else data.dense(data.weights)
    return Objective([(weights, data.dense(data.values))], a * n, b * m, ub * n, ib * m, l1=2 * l1_lambda, nonnegative=nonneg)


def spark_implicit(data, alpha, regParam):
    """spark.ml ALS.computeFactors: 1 + alpha·|r|, preference r > 0, regParam times the number of positive ratings."""
    return Objective(_pulled(data, 1 + alpha * np.abs(data.values)),
                     regParam * data.liked.sum(1), regParam * data.liked.sum(0))


def spark_explicit(data, regParam):
    """ALS-WR as published: regParam times the number of ratings, no mean, no biases."""
    return Objective([(data.observed, data.dense(data.values))],
                     regParam * data.observed.sum(1), regParam * data.observed.sum(0))


def lenskit_implicit(data, weight, user_reg, item_reg, use_ratings):
    """lenskit/als/_implicit.py: 1 + weight, or 1 + weight·rating; λ as it is."""
    return Objective(_pulled(data, 1 + weight * (data.values if use_ratings else np.ones(len(data.values)))),
                     *_constant(data, user_reg, item_reg))


def lenskit_explicit(data, user_reg, item_reg):
    """lenskit/als/_explicit.py on ratings less its bias model: λ times the number of ratings."""
    return Objective([(data.observed, data.dense(data.values))],
                     user_reg * data.observed.sum(1), item_reg * data.observed.sum(0))


def rsparse_implicit(data, lambda_):
    """rsparse's wrmf_implicit.hpp: the stored value is the confidence; λ as it is."""
    return Objective(_pulled(data, data.values), *_constant(data, lambda_))


def rsparse_explicit(data, lambda_, dynamic_lambda):
    """rsparse's wrmf_explicit.hpp: biases are coordinates like others; dynamic_lambda multiplies λ with the ratings."""
    n, m = (data.observed.sum(axis) if dynamic_lambda else np.ones(data.shape[1 - axis]) for axis in (1, 0))
    return Objective([(data.observed, data.dense(data.values))], lambda_ * n, lambda_ * m)
