"""Times implicit's recommendations with the factors of one of our models; prints one JSON object.

usage: recommend_peer.py MODEL.safetensors DATA.csv THREADS --users N --singles N --answers N
"""
import argparse
import json
import os
import time

for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares

from data import load
from objective import model_factors

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("data")
parser.add_argument("threads", type=int)
for option in ("--users", "--singles", "--answers"):
    parser.add_argument(option, type=int)
a = parser.parse_args()

matrix, user_ids, item_ids = load(a.data)
users, items = (np.ascontiguousarray(f, np.float32) for f in model_factors(user_ids, item_ids, a.model))
model = AlternatingLeastSquares(factors=users.shape[1], num_threads=a.threads, dtype=np.float32)
model.user_factors, model.item_factors = users, items

# Once before the clock runs.
first = np.arange(min(max(a.answers, 1000), len(users)))
answers = model.recommend(first, matrix[first], N=10, filter_already_liked_items=True)[0][: a.answers]

wanted = np.arange(min(a.users, len(users)))
seen = matrix[wanted]
start = time.perf_counter()
model.recommend(wanted, seen, N=10, filter_already_liked_items=True)
seconds = time.perf_counter() - start

latencies = []
for user in range(min(a.singles, len(users))):
    row = matrix[user]
    start = time.perf_counter()
    model.recommend(user, row, N=10, filter_already_liked_items=True)
    latencies.append(time.perf_counter() - start)

print(json.dumps({
    "users": len(wanted), "seconds": seconds, "usersPerSecond": len(wanted) / seconds,
    "singleMedianMicroseconds": 1e6 * float(np.median(latencies)),
    "answers": [[str(item_ids[i]) for i in row] for row in answers]}))
