"""The measurements, each engine in turn: A B A B."""
import sys
from statistics import median

CURVE = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 24]


def say(text):
    print(text, file=sys.stderr, flush=True)


def iteration_seconds(engines, names, factors, rounds, iterations, threads=(None,)):
    """{(name, threads): [a round's median]}; the first iteration of a run warms up and does not count."""
    results = {(name, t): [] for name in names for t in threads}
    for number in range(rounds):
        for name, t in results:
            seconds = engines.train(name, factors, iterations, t)["seconds"]
            results[name, t].append(median(seconds[1:] or seconds))
            say(f"k {factors}, round {number + 1}/{rounds}, {name}"
                f"{f', {t} threads' if t else ''}: {results[name, t][-1]:.3f} s per iteration")
    return results


def per_iteration(engines, names, factors, rounds, iterations):
    """{k: {name: median seconds}}."""
    measured = {}
    for k in factors:
        results = iteration_seconds(engines, engines.available(names), k, rounds, iterations)
        measured[k] = {name: median(seconds) for (name, _), seconds in results.items()}
    return measured


def scaling(engines, factors, rounds, iterations):
    """{threads: median seconds}."""
    results = iteration_seconds(engines, ["swift-als"], factors, rounds, iterations, (2, 1))
    return {threads: median(seconds) for (_, threads), seconds in results.items()}


def curves(engines, names, factors):
    """{name: [(iterations, seconds, objective)]}."""
    result = {}
    for name in engines.available(names):
        result[name] = engines.curve(name, factors, CURVE)
        iterations, seconds, value = result[name][-1]
        say(f"k {factors}, {name}: objective {value:.6g} after {iterations} iterations, {seconds:.1f} s")
    return result


def recommending(engines, model, rounds):
    """{name: (users per second, one user's median seconds)}, and the share of users with the same items."""
    users = {"swift-als": engines.matrix.shape[0], "implicit-cg": 20_000}
    results, answers = {name: [] for name in engines.available(users)}, {}
    for number in range(rounds):
        for name, runs in results.items():
            report = engines.recommend(name, model, users[name], 500, 200)
            runs.append((report["usersPerSecond"], report["singleMedianMicroseconds"] / 1e6))
            answers[name] = report["answers"]
            say(f"top 10, round {number + 1}/{rounds}, {name}: "
                f"{runs[-1][0]:.0f} users/s, one in {runs[-1][1] * 1e3:.3f} ms")
    medians = {name: tuple(map(median, zip(*runs))) for name, runs in results.items()}
    lists = list(zip(*answers.values()))
    same = sum(all(set(items) == set(pair[0]) for items in pair) for pair in lists) / max(1, len(lists))
    return medians, same


def memory(engines, factors):
    """{k: (peak bytes of a training, bytes of both orientations and both tables)}."""
    result = {}
    for k in factors:
        peak = engines.train("swift-als", k, 1)["peakBytes"]
        rows = sum(engines.matrix.shape)
        # Indices and values of each entry, and row starts, twice; and the factors.
        needed = 2 * 8 * engines.matrix.nnz + 8 * (rows + 2) + 4 * k * rows
        result[k] = (peak, needed)
    return result
