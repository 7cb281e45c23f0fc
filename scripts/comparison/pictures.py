"""Two pictures: seconds per iteration against k, and objective against wall-clock seconds."""
import os

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

STYLES = {
    "swift-als": ("#c0392b", "o", "-"), "swift-als-cholesky": ("#c0392b", "s", "--"),
    "irspack-cg": ("#2471a3", "o", "-"), "irspack-cholesky": ("#2471a3", "s", "--"),
    "implicit-cg": ("#229954", "^", "-"), "cmfrec-cg": ("#7d6608", "v", "-"),
}


def draw(directory, results):
    measured = {}
    for part in ("iterations", "exact"):
        for k, seconds in results.get(part, {}).items():
            for name, value in seconds.items():
                measured.setdefault(name, []).append((k, value))
    if measured:
        axes = begin("factors k", "seconds per iteration")
        for name, points in measured.items():
            plot(axes, name, *zip(*sorted(points)))
        axes.set_xscale("log", base=2)
        logarithmic(axes.set_yscale, axes.yaxis)
        factors = sorted({k for points in measured.values() for k, _ in points})
        axes.set_xticks(factors, [str(k) for k in factors])
        finish(axes, directory, "seconds-per-iteration.png")
    if results.get("curves"):
        axes = begin("seconds since the start of training", "objective over the lowest")
        lowest = min(value for points in results["curves"].values() for _, _, value in points)
        for name, points in results["curves"].items():
            plot(axes, name, [s for _, s, _ in points], [value / lowest for _, _, value in points])
        axes.axhline(1.005, color="#888888", linewidth=0.8, linestyle=":")
        logarithmic(axes.set_xscale, axes.xaxis)
        axes.set_ylim(0.998, 1.10)
        axes.set_title(f"k = {results['curve factors']}")
        finish(axes, directory, "objective-against-seconds.png")


def begin(horizontal, vertical):
    _, axes = plt.subplots(figsize=(7, 4.5))
    axes.set_xlabel(horizontal)
    axes.set_ylabel(vertical)
    axes.grid(True, which="both", color="#dddddd", linewidth=0.5)
    return axes


def logarithmic(set_scale, axis):
    set_scale("log")
    axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


def plot(axes, name, horizontal, vertical):
    color, marker, line = STYLES.get(name, (None, "o", "-"))
    axes.plot(horizontal, vertical, color=color, marker=marker, linestyle=line, markersize=4, label=name)


def finish(axes, directory, name):
    axes.legend(frameon=False)
    axes.figure.tight_layout()
    axes.figure.savefig(os.path.join(directory, name), dpi=150)
    plt.close(axes.figure)
