"""The same rankings through `als evaluate`, scikit-learn and the evaluators of irspack and implicit."""
import csv
import os

import numpy as np
from implicit.evaluation import ranking_metrics_at_k
from irspack.evaluation import Evaluator
from safetensors.numpy import load_file
from sklearn.metrics import ndcg_score, roc_auc_score

CUTOFFS = (5, 20)
TOLERANCE = 1e-6
# Our names, those of irspack's evaluator, and which of its two denominators recall has. Its map divides by all relevant
# items; that of implicit by no more than the cutoff, as ours does.
IRSPACK = [("ndcg", "ndcg", False), ("recall", "recall", False), ("recall-capped", "recall", True),
           ("precision", "precision", False), ("hit-rate", "hit", False),
           ("gini", "gini_index", False), ("coverage", "catalog_coverage", False)]
BLOCK = 512  # users at once, as a dense matrix


def check(data):
    """Prints a table and says whether all values agree."""
    model = os.path.join(data.directory, "rankings.safetensors")
    data.run("train", data.training, "--factors", 16, "--iterations", 6, "--output", model, "--progress", "none")
    ours = data.evaluate(model, [f"{name}@{k}" for k in CUTOFFS for name, _, _ in IRSPACK]
                         + [f"map@{k}" for k in CUTOFFS] + ["auc"])
    measured = np.flatnonzero(np.diff(data.test_matrix.indptr))
    relevant = data.test_matrix[measured]
    lists = _lists(data, model, measured)

    rows = []
    for capped in (False, True):
        evaluator = Evaluator(relevant, recall_with_cutoff=capped)
        theirs = evaluator.get_scores_from_score_chunks(_blocks(lists, len(data.items)), list(CUTOFFS))
        rows += [(f"{name}@{k}", "irspack", theirs[f"{its}@{k}"]) for k in CUTOFFS
                 for name, its, uses in IRSPACK if uses == capped]
    for k in CUTOFFS:
        values = [ndcg_score(relevant[start:start + BLOCK].toarray(), block, k=k, ignore_ties=True) * len(block)
                  for start, block in zip(range(0, len(measured), BLOCK), _blocks(lists, len(data.items)))]
        rows.append((f"ndcg@{k}", "scikit-learn", sum(values) / len(measured)))
    for k in CUTOFFS:
        theirs = ranking_metrics_at_k(
            _Lists(lists), data.train_matrix[measured], relevant, K=k, show_progress=False, num_threads=1)
        rows.append((f"map@{k}", "implicit", theirs["map"]))
    rows.append(("auc", "scikit-learn", _area(data, model, measured)))

    print(f"\nThe same rankings ({len(measured)} users)\n{'metric':18}{'als':>14}{'other':>14}  {'difference':>10}")
    same = True
    for metric, other, value in rows:
        difference = abs(ours[metric] - value)
        same &= difference <= TOLERANCE
        mark = "" if difference <= TOLERANCE else "  DIFFERENT"
        print(f"{metric:18}{ours[metric]:14.9f}{value:14.9f}  {difference:10.1e}  {other}{mark}", flush=True)
    return same


class _Lists:
    """What implicit's evaluator asks of a model."""

    def __init__(self, lists):
        self.lists = lists

    def recommend(self, users, seen, N):
        return self.lists[users, :N], None


def _lists(data, model, measured):
    """The recommendations of `als recommend` for the measured users, by column, best first; one row per user."""
    k = max(CUTOFFS)
    output = os.path.join(data.directory, "lists.csv")
    data.run("recommend", model, "--all", "--count", k, "--exclude", data.training, "--format", "csv",
             "--output", output)
    lists = np.full((len(data.users), k), -1, np.int32)
    with open(output) as file:
        for row in csv.DictReader(file):
            user = np.searchsorted(data.users, int(row["user"]))
            lists[user, int(row["rank"]) - 1] = np.searchsorted(data.items, int(row["item"]))
    lists = lists[measured]
    assert (lists >= 0).all(), "a list is shorter than the largest cutoff; choose smaller cutoffs"
    return lists


def _blocks(lists, item_count):
    """Scores that have the lists for a ranking: falling along a list, 0 elsewhere."""
    for start in range(0, len(lists), BLOCK):
        part = lists[start:start + BLOCK]
        scores = np.zeros((len(part), item_count))
        np.put_along_axis(scores, part, np.arange(part.shape[1], 0, -1.0)[None, :].repeat(len(part), 0), axis=1)
        yield scores


def _area(data, model, measured):
    """scikit-learn's area under the curve over what is not in training, from the factors in the model file."""
    tables = load_file(model)
    users, items = (tables[n].astype(np.float64) for n in ("user_factors", "item_factors"))
    total = 0.0
    for user in measured:
        candidate = np.ones(len(data.items), bool)
        candidate[data.train_matrix[user].indices] = False
        truth = np.zeros(len(data.items))
        truth[data.test_matrix[user].indices] = 1
        total += roc_auc_score(truth[candidate], (items @ users[user])[candidate])
    return total / len(measured)
