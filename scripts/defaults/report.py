"""The results as Markdown."""
import numpy as np


def table(results):
    """Our defaults, the peers' and what tuning finds."""
    peers = sorted({peer for runs in results.values() for peer, _ in runs["peers"]})
    lines = ["| data | `als train` | " + " | ".join(peers) + " | popularity | tuned | defaults over the best peer | "
             "defaults over tuned |", "|---|" + "---|" * (len(peers) + 5)]
    for name, runs in results.items():
        own, tuned = np.mean(runs["own"]), np.mean(runs["tuned"])
        best = {peer: max(np.mean(values) for (other, _), values in runs["peers"].items() if other == peer)
                for peer in peers}
        lines.append(
            f"| {name} | {own:.4f} | " + " | ".join(f"{best[peer]:.4f}" for peer in peers)
            + f" | {np.mean(runs['popularity']):.4f} | {tuned:.4f} | {own / max(best.values()):.3f} | {own / tuned:.3f} |")
    return "\n".join(lines) + "\n"


def rule(results):
    """For each set the rule that is best on the others, and what it is worth here."""
    lines = ["| data | multiple, share that are best on the other sets | there | of the best here |",
             "|---|---|---|---|"]
    relative = {name: {rule: value / max(runs["grid"].values()) for rule, value in runs["grid"].items()}
                for name, runs in results.items()}
    for name in results:
        others = [relative[other] for other in results if other != name]
        if not others:
            continue
        best = max(relative[name], key=lambda rule: np.mean([other[rule] for other in others]))
        lines.append(f"| {name} | {best[0]:g}, {best[1]:g} | {results[name]['grid'][best]:.4f} | "
                     f"{relative[name][best]:.3f} |")
    return "\n".join(lines) + "\n"
