"""What lists are worth, as `als evaluate` measures it (docs/evaluation.md), for the scores of any model."""
import numpy as np


def measure(scores, training, test, length=20):
    """NDCG, recall, coverage and novelty of the best items that are not in a user's training row, over all users with a
    test item. `scores(rows)` are those users' scores of all items; `training` and `test` are users × items in CSR."""
    count = training.shape[1]
    gains = 1 / np.log2(np.arange(2, length + 2))
    ideal = np.concatenate([[0], gains.cumsum()])
    novelty = np.log2(training.shape[0] / np.maximum(1, np.bincount(training.indices, minlength=count)))
    users, is_listed, sums = np.flatnonzero(np.diff(test.indptr)), np.zeros(count, bool), np.zeros(3)
    for start in range(0, len(users), 512):
        rows = users[start:start + 512]
        row, item, rank = _lists(scores(rows), training[rows], length)
        relevant_row, relevant_item = test[rows].nonzero()
        hits = np.isin(row * count + item, relevant_row.astype(np.int64) * count + relevant_item)
        relevant = np.bincount(relevant_row)
        sums += [(np.bincount(row, hits * gains[rank]) / ideal[np.minimum(relevant, length)]).sum(),
                 (np.bincount(row, hits) / relevant).sum(), (np.bincount(row, novelty[item]) / np.bincount(row)).sum()]
        is_listed[item] = True
    return dict(zip(("ndcg", "recall", "novelty"), sums / len(users)), coverage=is_listed.mean())


def _lists(values, seen, length):
    """Rows, items and ranks of the best that are not seen, equal ones by their place."""
    values = np.array(values)
    values[seen.nonzero()] = -np.inf
    # The length-th of the greatest in some 1,000 groups is no more than the length-th of all, and found much sooner.
    size = max(1, values.shape[1] // 1000)
    greatest = values[:, :values.shape[1] // size * size].reshape(len(values), size, -1).max(1)
    least = np.partition(greatest, -length)[:, -length, None]
    row, item = np.nonzero(values >= np.maximum(least, np.finfo(values.dtype).min))
    order = np.lexsort((item, -values[row, item], row))
    row, item = row[order], item[order]
    rank = np.arange(len(row)) - np.searchsorted(row, row)
    return row[rank < length], item[rank < length], rank[rank < length]


def products(users, items):
    """The scores of a factor model."""
    return lambda rows: users[rows] @ items.T
