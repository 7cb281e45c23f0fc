"""Run what documents say, in folders of its own; see scripts/check-recipes."""
import argparse
import gzip
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import numpy
import pandas

import blocks
import options
import spark

PRODUCTS = 10  # per user, by default


def fail(text):
    raise SystemExit(f"check-recipes: {text}")


class Recipe:
    """The blocks of a section, run in a folder: named ones are written as files, shell and Python are run in order."""

    def __init__(self, als, document, heading):
        self.title = f"{document}, {heading}"
        self.blocks = blocks.under(document, heading)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="recipe-"))
        programs = self.folder / "programs"
        programs.mkdir()
        (programs / "als").symlink_to(pathlib.Path(als).resolve())
        self.path = f"{programs}:{pathlib.Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"

    def __enter__(self):
        print(f"\n{self.title}", flush=True)
        return self

    def __exit__(self, kind, *_):
        shutil.rmtree(self.folder)

    def __getitem__(self, name):
        return self.folder / name

    def run(self, *command, environment=None, input=None):
        done = subprocess.run(
            command, cwd=self.folder, env={**(environment or os.environ), "PATH": self.path}, input=input, text=True,
            capture_output=True)
        if done.returncode != 0:
            fail(f"{self.title}: ends with {done.returncode}:\n{input or ' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
        return done

    def write_files(self):
        for block in self.blocks:
            if block.name:
                self[block.name].write_text(block.text)
                if block.text.startswith("#!"):
                    self[block.name].chmod(0o755)

    def run_blocks(self):
        ran = 0
        for block in self.blocks:
            if block.name or block.language not in ("sh", "python"):
                continue
            interpreter = ("bash", "-euo", "pipefail") if block.language == "sh" else ("python3", "-")
            self.run(*interpreter, input=block.text)
            ran += 1
        print(f"  {ran} blocks ran", flush=True)

    def recommended(self, model):
        return self.run("als", "recommend", model, "--all", "--format", "csv").stdout


def parquet(als, purchases):
    with Recipe(als, "docs/data.md", "Parquet") as recipe:
        purchases.to_parquet(recipe["purchases.parquet"])
        recipe.write_files()
        recipe.run_blocks()
        rows = pandas.read_parquet(recipe["recommendations.parquet"])
        users = purchases["customer"].nunique()
        if len(rows) != PRODUCTS * users or list(rows.columns) != ["user", "rank", "item", "score"]:
            fail(f"recommendations.parquet: {len(rows)} rows for {users} users, columns {list(rows.columns)}")
        pairs = set(zip(purchases["customer"].astype(str), purchases["product"]))
        if any(pair in pairs for pair in zip(rows["user"].astype(str), rows["item"])):
            fail("recommendations.parquet: recommends what users have")
        if recipe.recommended("model.safetensors") != recipe.recommended("same.safetensors"):
            fail("DuckDB and pyarrow gave different models")
        print(f"  {len(rows)} recommendations for {users} users came back; both programs gave the same model")


def factors_of_spark(als, purchases, with_spark):
    with Recipe(als, "docs/serving.md", "Spark ALS factors into a model") as recipe:
        make = spark.train if with_spark else spark.imitate
        expected = make(purchases, recipe["spark-model"])
        recipe.run_blocks()
        expected[["user", "item"]].to_csv(recipe["pairs.csv"], index=False)
        recipe.run("als", "score", "model.safetensors", "pairs.csv", "--format", "csv", "--output", "scores.csv")
        scores = pandas.read_csv(recipe["scores.csv"])["score"]
        difference = numpy.abs(scores - expected["score"]).max() / numpy.abs(expected["score"]).max()
        # Sums of a few single-precision products.
        if not difference < 1e-5:
            fail(f"scores differ from Spark's by {difference:.1e} of the largest")
        print(f"  {len(expected)} scores are those of {'Spark' if with_spark else 'the factors, which no Spark wrote'}")


def nightly(als, purchases):
    with Recipe(als, "docs/jobs.md", "Every night") as recipe:
        recipe.write_files()
        job = recipe["als-nightly"].rename(recipe["programs"] / "als-nightly")
        shop = recipe["shop"]
        shop.mkdir()
        purchases.to_csv(shop / "purchases.csv", index=False)
        results = [shop / "model.safetensors", shop / "recommendations.csv"]

        recipe.run(job, shop)
        rows = pandas.read_csv(results[1])
        if len(rows) != PRODUCTS * purchases["customer"].nunique():
            fail(f"{results[1]}: {len(rows)} rows")

        # What is there stays when the file is broken, or says nothing: everybody has the same.
        before = [file.read_bytes() for file in results]
        for broken in ("customer,product\n1,a\n2", "customer,product\n" + "".join(f"{u},{i}\n" for u in range(99) for i in range(9))):
            (shop / "purchases.csv").write_text(broken)
            ended = subprocess.run([job, shop], env={"PATH": recipe.path}, capture_output=True, text=True)
            if ended.returncode == 0 or [file.read_bytes() for file in results] != before:
                fail(f"{recipe.title}: a broken file ends with {ended.returncode}:\n{ended.stderr}")
        purchases.to_csv(shop / "purchases.csv", index=False)
        print("  the job ran; of broken purchases it ended with an error and left all as it was")

        # The second night, as cron starts it.
        variables, lines = {"HOME": str(shop), "SHELL": "/bin/sh", "LOGNAME": "als"}, 0
        for line in recipe["als-nightly.cron"].read_text().splitlines():
            if assignment := re.fullmatch(r"(\w+)=(.*)", line):
                variables[assignment[1]] = assignment[2]
                continue
            fields = re.fullmatch(r"((?:[\d*,/-]+ ){5})(\w+) ([^%]+)", line) or fail(f"is no line of a table of cron: {line}")
            recipe.run("/bin/sh", "-c", fields[3].replace("/var/lib/als", str(shop)), environment=variables)
            lines += 1
        if lines != 1 or (shop / "previous.safetensors").read_bytes() != before[0] or not (shop / "nightly.log").stat().st_size:
            fail(f"{recipe.title}: cron's line left no log, or the model before is gone")
        checked = shutil.which("crontab") and recipe.run("crontab", "-n", "als-nightly.cron")
        print(f"  the line of cron ran{'; crontab finds nothing in it' if checked else ''}")

        if not shutil.which("systemd-analyze"):
            print("  systemd-analyze is not there: the units are not verified", file=sys.stderr)
            return
        units = sorted(recipe.folder.glob("*.service")) + sorted(recipe.folder.glob("*.timer"))
        for unit in units:
            unit.write_text(unit.read_text().replace("/usr/local/bin/als-nightly", str(job)))
        told = recipe.run("systemd-analyze", "verify", *units)
        if told.stdout or told.stderr:
            fail(f"systemd-analyze verify: {told.stdout}{told.stderr}")
        print(f"  systemd-analyze finds nothing in {', '.join(unit.name for unit in units)}")


parser = argparse.ArgumentParser()
parser.add_argument("--als", required=True)
parser.add_argument("--spark", action="store_true")
arguments = parser.parse_args()
if unknown := options.unknown(arguments.als):
    fail("\n" + "\n".join(unknown))
print("Every command and option that README.md and docs/ name is in --help")
with gzip.open(blocks.ROOT / "Examples/online-retail/purchases.csv.gz") as lines:
    shop = pandas.read_csv(lines)
shop = shop[shop["customer"] < 13300]  # a sixth
parquet(arguments.als, shop)
factors_of_spark(arguments.als, shop, arguments.spark)
nightly(arguments.als, shop)
