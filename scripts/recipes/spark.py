"""Factors as Spark's ALSModel saves them, and the scores that they give."""
import pathlib

import numpy
import pandas
import pyarrow
import pyarrow.parquet


def _numbered(purchases):
    """Users and items by number, as Spark wants them, with gaps among the users."""
    return pandas.DataFrame({
        "user": purchases["customer"], "item": purchases["product"].astype("category").cat.codes.astype("int32"),
        "value": purchases["quantity"].astype(float)})


def imitate(purchases, path, factors=8, parts=3):
    """Random factors in Spark's layout: a folder for each side, parts in no order of `id` (int32) and `features` (float32s)."""
    rows, random, tables = _numbered(purchases), numpy.random.default_rng(1), {}
    for side in ("user", "item"):
        ids = random.permutation(rows[side].unique()).astype("int32")
        tables[side] = pandas.Series(list(random.normal(size=(len(ids), factors)).astype("float32")), index=ids)
        folder = pathlib.Path(path) / f"{side}Factors"
        folder.mkdir(parents=True)
        (folder / "_SUCCESS").touch()
        for part, some in enumerate(numpy.array_split(ids, parts)):
            table = pyarrow.table({
                "id": pyarrow.array(some), "features": pyarrow.array(list(tables[side][some]), pyarrow.list_(pyarrow.float32()))})
            pyarrow.parquet.write_table(table, folder / f"part-{part:05}-c000.snappy.parquet", compression="snappy")
    pairs = rows.sample(1000, random_state=1).reset_index(drop=True)
    score = [tables["user"][u] @ tables["item"][i] for u, i in zip(pairs["user"], pairs["item"])]
    return pairs.assign(score=score)


def train(purchases, path):
    """What Spark trains, with the parameters of the recipe, and says of some pairs."""
    from pyspark.ml.recommendation import ALS
    from pyspark.sql import SparkSession
    session = (SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
               .config("spark.ui.showConsoleProgress", "false").config("spark.driver.host", "127.0.0.1")
               .config("spark.log.level", "ERROR").getOrCreate())
    rows = _numbered(purchases)
    columns = [rows[name].tolist() for name in rows]
    frame = session.createDataFrame(list(zip(*columns)), list(rows))
    model = ALS(rank=8, maxIter=3, implicitPrefs=True, alpha=40.0, regParam=0.1, seed=1, userCol="user", itemCol="item",
                ratingCol="value").fit(frame)
    model.save(str(path))
    some = session.createDataFrame(list(zip(*columns))[:1000], list(rows))
    pairs = [row.asDict() for row in model.transform(some).collect()]
    session.stop()
    return pandas.DataFrame(pairs).rename(columns={"prediction": "score"})
