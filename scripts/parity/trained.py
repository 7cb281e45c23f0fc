"""Models that other engines train, by exact ALS where they have it; each says what is missing when it cannot."""
import os

import numpy as np

from dense import Model

THREADS = 2


class Missing(Exception):
    """What is not installed."""


def _module(name):
    import importlib
    try:
        return importlib.import_module(name)
    except ImportError:
        raise Missing(f"{name.split('.')[0]} is not installed") from None


def implicit(data, factors, iterations, alpha, regularization):
    als = _module("implicit.cpu.als")
    model = als.AlternatingLeastSquares(factors=factors, alpha=alpha, regularization=regularization, iterations=iterations,
                                        use_cg=False, dtype=np.float64, num_threads=THREADS, random_state=1)
    model.fit(data.csr(), show_progress=False)
    # Its loss is a mean; and it counts the confidence of dislikes as an error of 1 at a score of 0, which they are not.
    confidences = np.abs(alpha * data.values)
    cells = data.shape[0] * data.shape[1] - len(confidences) + confidences.sum()
    loss = als.calculate_loss(alpha * data.csr(), model.user_factors, model.item_factors, regularization) * cells
    return Model(model.user_factors, model.item_factors), loss - confidences[data.values < 0].sum()


def irspack(data, factors, iterations, alpha0, reg, nu, loss_type, scale=lambda x: x):
    core = _module("irspack.recommenders._ials_core")
    config = (core.IALSModelConfigBuilder().set_K(factors).set_init_stdev(0.1 / np.sqrt(factors)).set_alpha0(alpha0)
              .set_reg(reg).set_nu(nu).set_loss_type(getattr(core.LossType, loss_type)).set_random_seed(1).build())
    step = core.IALSSolverConfigBuilder().set_n_threads(THREADS).set_solver_type(core.SolverType.CHOLESKY).build()
    trainer = core.IALSTrainer(config, data.csr(scale(data.values)))
    for _ in range(iterations):
        trainer.step(step)
    return Model(trainer.user, trainer.item), trainer.compute_loss(step)


def cmfrec_implicit(data, factors, iterations, alpha, lambda_, w_main=1.0, l1_lambda=0.0, nonneg=False):
    model = _module("cmfrec").CMF_implicit(
        k=factors, alpha=alpha, lambda_=lambda_, w_main=w_main, niter=iterations, use_cg=False, use_float=False,
        l1_lambda=l1_lambda, nonneg=nonneg, max_cd_steps=1000, nthreads=THREADS, precompute_for_predictions=False)
    model.fit(data.csr(dtype=np.float64).tocoo())
    return Model(model.A_, model.B_), None


def cmfrec_explicit(data, factors, iterations, lambda_, scale_lam, biases=True, center=True, l1_lambda=0.0, nonneg=False):
    model = _module("cmfrec").CMF(
        k=factors, lambda_=lambda_, scale_lam=scale_lam, user_bias=biases, item_bias=biases, center=center, niter=iterations,
        method="als", use_cg=False, use_float=False, l1_lambda=l1_lambda, nonneg=nonneg, max_cd_steps=1000,
        nthreads=THREADS, precompute_for_predictions=False)
    if data.weights is None:
        model.fit(data.csr(dtype=np.float64).tocoo())
    else:
        # As dense matrices: with sparse ones, 3.5.1.post14 takes the weights in the order of users for items, too.
        model.fit(np.where(data.observed == 1, data.dense(data.values), np.nan), W=data.dense(data.weights))
    return Model(model.A_, model.B_, *((model.user_bias_, model.item_bias_) if biases else ()),
                 mean=model.glob_mean_ if center else 0.0), None


_spark = None


def spark(data, factors, iterations, implicit, regParam, alpha=1.0):
    global _spark
    sql, recommendation = _module("pyspark.sql"), _module("pyspark.ml.recommendation")
    if _spark is None:
        os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
        _spark = (sql.SparkSession.builder.master(f"local[{THREADS}]").config("spark.ui.enabled", "false")
                  .config("spark.ui.showConsoleProgress", "false").config("spark.driver.host", "127.0.0.1")
                  .config("spark.log.level", "ERROR").config("spark.driver.extraJavaOptions", "-Xss64m").getOrCreate())
    rows = zip(data.users.tolist(), data.items.tolist(), data.values.tolist())
    model = recommendation.ALS(
        rank=factors, maxIter=min(iterations, 20),  # its plan grows with each, and overflows the stack
        regParam=regParam, implicitPrefs=implicit, alpha=alpha, checkpointInterval=-1,
        numUserBlocks=1, numItemBlocks=1, seed=1, userCol="user", itemCol="item", ratingCol="value",
    ).fit(_spark.createDataFrame(list(rows), ["user", "item", "value"]).coalesce(1))
    sides = [sorted(side.collect(), key=lambda row: row["id"]) for side in (model.userFactors, model.itemFactors)]
    return Model(*(np.array([row["features"] for row in side]) for side in sides)), None


def lenskit_implicit(data, factors, iterations, weight, user_reg, item_reg, use_ratings):
    return _lenskit("ImplicitMFScorer", data, factors, iterations, weight=weight, use_ratings=use_ratings,
                    regularization={"user": user_reg, "item": item_reg})[0], None


def lenskit_explicit(data, factors, iterations, user_reg, item_reg):
    return _lenskit("BiasedMFScorer", data, factors, iterations,
                    regularization={"user": user_reg, "item": item_reg})[0], None


def lenskit_residuals(data):
    """The ratings less LensKit's bias model, which it fits before the factors and keeps."""
    bias = _lenskit("BiasedMFScorer", data, 1, 1)[1].bias
    return data.replacing(data.values - bias.global_bias - bias.user_biases[data.users] - bias.item_biases[data.items])


def _lenskit(name, data, factors, iterations, **parameters):
    als, lk = _module("lenskit.als"), _module("lenskit.data")
    import pandas
    from lenskit.training import TrainingOptions
    table = pandas.DataFrame({"user_id": data.users, "item_id": data.items, "rating": data.values})
    scorer = getattr(als, name)(embedding_size=factors, epochs=iterations, **parameters)
    scorer.train(lk.from_interactions_df(table), TrainingOptions(rng=1))
    assert all(np.array_equal(side.ids(), np.arange(count)) for side, count in zip((scorer.users, scorer.items), data.shape))
    return Model(scorer.user_embeddings, scorer.item_embeddings), scorer
