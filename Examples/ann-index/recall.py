"""Load a model's vectors into an index of nearest neighbours, and compare its answers with the exact ones.

    als export model.safetensors --form cosine --items items.npy --users users.npy
    python recall.py items.npy users.npy [best.npy]

best.npy has the exact best items of each user by index, such as als recommends; without it, numpy finds them. Needs
numpy and hnswlib.
"""

import sys

import hnswlib
import numpy

items, users = numpy.load(sys.argv[1]), numpy.load(sys.argv[2])

index = hnswlib.Index(space="cosine", dim=items.shape[1])
index.init_index(max_elements=len(items), M=32, ef_construction=400, random_seed=1)
index.add_items(items)
index.set_ef(200)

if len(sys.argv) > 3:
    best = numpy.load(sys.argv[3])
else:
    users = users[:1000]
    best = numpy.argsort(-(users @ items.T), axis=1, kind="stable")[:, :10]
found, _ = index.knn_query(users, k=best.shape[1])

# A user without factors has no direction, and no neighbours that mean anything.
known = numpy.abs(users).sum(axis=1) > 0
recall = numpy.mean([len(set(a) & set(b)) / len(b) for a, b in zip(found[known], best[known])])
print(f"recall@{best.shape[1]} over {known.sum()} users: {recall:.4f}")
