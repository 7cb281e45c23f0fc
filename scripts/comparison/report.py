"""Writes what was measured: a Markdown page and two CSV files."""
import csv
import os

METHOD = """
Hu–Koren–Volinsky objective, α 10, λ 0.05, single precision; objectives are computed from the factors in double precision
by the same code for all engines. Every training is a process of its own. Seconds are those of iterations, without
reading and preparing data. Seconds per iteration, threads and recommendations: engines in turn, medians of the rounds, the
first iteration of each run left out. Objective against seconds, and memory: one run per engine, one after the other.
Converged means the lowest objective that any engine has at the end of its run. Recommendations use the same factors in
both engines.
"""


def write(directory, machine, data, results, rows):
    with open(os.path.join(directory, "comparison.md"), "w") as page:
        page.write("# Comparison with the peers\n\n")
        facts = {**machine, "data": data}
        page.write("".join(f"- {name}: {value}\n" for name, value in facts.items()))
        page.write(METHOD)
        page.write("\n| target | measured | must | aim | result | figures |\n|---|---|---|---|---|---|\n")
        for row in rows:
            page.write(f"| {row.what} | {row.measured()} | {row.text(row.must)} | {row.text(row.aim)} | "
                       f"{row.verdict()} | {row.detail} |\n")
        page.write(iteration_table("Seconds per iteration", results.get("iterations", {})))
        page.write(iteration_table("Seconds per iteration, exact solvers", results.get("exact", {})))
        page.write(curve_table(results.get("curves", {})))
    write_csv(directory, "comparison.csv", ["target", "measured", "must", "aim", "result", "figures"],
              [[r.what, r.value, r.must, r.aim, r.verdict(), r.detail] for r in rows])
    write_csv(directory, "measurements.csv", ["measurement", "engine", "factors", "iterations", "seconds", "objective"],
              measurements(results))


def iteration_table(title, measured):
    if not measured:
        return ""
    names = list(dict.fromkeys(name for seconds in measured.values() for name in seconds))
    lines = [f"\n## {title}\n", f"| k | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for k, seconds in measured.items():
        cells = (f"{seconds[n]:.3f}" if n in seconds else "" for n in names)
        lines.append(f"| {k} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def curve_table(curves):
    if not curves:
        return ""
    counts = [n for n, _, _ in next(iter(curves.values()))]
    lines = ["\n## Objective after iterations, at seconds\n", f"| engine | {' | '.join(map(str, counts))} |",
             "|---" * (len(counts) + 1) + "|"]
    for name, points in curves.items():
        lines.append(f"| {name} | {' | '.join(f'{value:.6g} at {seconds:.3g}' for _, seconds, value in points)} |")
    return "\n".join(lines) + "\n"


def measurements(results):
    for name in ("iterations", "exact"):
        for k, seconds in results.get(name, {}).items():
            for engine, value in seconds.items():
                yield ["seconds per iteration", engine, k, 1, value, ""]
    for engine, points in results.get("curves", {}).items():
        for count, seconds, value in points:
            yield ["objective", engine, results["curve factors"], count, seconds, value]


def write_csv(directory, name, header, rows):
    with open(os.path.join(directory, name), "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
