"""The results as Markdown."""
import collections
import json
import statistics

COLUMNS = {"ndcg": ("NDCG@20", ".4f"), "recall": ("recall@20", ".4f"), "coverage": ("coverage@20", ".3f"),
           "novelty": ("novelty@20", ".2f"), "seconds": ("seconds of training", ".2f")}
SIMPLE = ("EASE", "popularity")
NOTES = """Seconds of als are those of the whole command, which reads text and writes a model; of others, of the training alone on
a matrix in memory, and of tuned ones of all trials and the last training. EASE is left out (–) where users and items are
both more than 25,000: its matrix is too large.
"""


def tables(lines):
    """A table for each figure, models × sets; of EASE's λ, and of ones and values, the one with the best NDCG counts."""
    grouped = collections.defaultdict(list)
    for line in lines:
        grouped[line["model"], line["set"], line["variant"]].append(line)
    best = {}
    for (model, name, variant), runs in grouped.items():
        means = {column: statistics.mean(float(run[column]) for run in runs) for column in COLUMNS}
        if means["ndcg"] > best.get((model, name), ({"ndcg": -1},))[0]["ndcg"]:
            best[model, name] = means, variant, runs[0]["about"]
    sets = list(dict.fromkeys(line["set"] for line in lines))
    rules = sorted({model for model, _ in best if model.startswith("rule")})
    models = sorted({model for model, _ in best} - set(rules), key=_place)
    threads = ", ".join(sorted({line["threads"] for line in lines}))
    parts = [_table(f"{title} (threads: {threads})" if column == "seconds" else title, sets,
                    {model: {name: format(best[model, name][0][column], form) for name in sets if (model, name) in best}
                     for model in models}) for column, (title, form) in COLUMNS.items()]
    others = [model for model in models if not model.startswith("als")]
    strongest = {name: max((best[model, name][0]["ndcg"] for model in others if (model, name) in best), default=0)
                 for name in sets}
    strongest = {name: value for name, value in strongest.items() if value > 0}
    parts.append(_table("NDCG@20 over the best of the others", sets, {
        model: {name: f"{best[model, name][0]['ndcg'] / strongest[name]:.3f}" for name in strongest if (model, name) in best}
        for model in models if model.startswith("als")}))
    parts.append(_table("chosen", sets, {
        model: {name: _chosen(*best[model, name][1:]) for name in sets if (model, name) in best} for model in models}))
    parts += [_without_one(rule, {name: {variant: float(grouped[rule, name, variant][0]["ndcg"])
                                         for model, other, variant in grouped if (model, other) == (rule, name)}
                                  for name in sets}, strongest) for rule in rules]
    return "\n".join([*parts, NOTES])


def _place(model):
    """als first, then what is simple, then each peer as it comes and tuned."""
    return (not model.startswith("als"), model not in SIMPLE, model)


def _table(title, sets, rows):
    lines = [f"| {title} | " + " | ".join(sets) + " |", "|---|" + "---|" * len(sets)]
    lines += [f"| {model} | " + " | ".join(values.get(name, "–") for name in sets) + " |" for model, values in rows.items()]
    return "\n".join(lines) + "\n"


def _chosen(variant, about):
    values = json.loads(about) if about else {}
    return ", ".join([variant] * bool(variant) + [
        f"{key} {value:.3g}" if isinstance(value, float) else f"{key} {value}" for key, value in values.items()])


def _without_one(rule, values, strongest):
    """For each set the constants that are best on the mean of the others, and what they are worth here."""
    values = {name: own for name, own in values.items() if own}
    relative = {name: {constants: value / max(own.values()) for constants, value in own.items()} for name, own in values.items()}
    lines = [f"| {rule} | α0 multiple, λ share that are best on the other sets | NDCG@20 here | over the best constants here "
             "| over the best of the others |",
             "|---|---|---|---|---|"]
    for name, own in relative.items():
        others = [other for place, other in relative.items() if place != name]
        shared = [constants for constants in own if all(constants in other for other in others)]
        if others and shared:
            found = max(shared, key=lambda constants: statistics.mean(other[constants] for other in others))
            value = values[name][found]
            over = f"{value / strongest[name]:.3f}" if name in strongest else "–"
            lines.append(f"| {name} | {found} | {value:.4f} | {own[found]:.3f} | {over} |")
    return "\n".join(lines) + "\n"
