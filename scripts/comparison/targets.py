"""What was measured beside what is wanted: one row per target."""
from dataclasses import dataclass

# Times as fast as a peer, by number of factors: (peers, must, aim).
ITERATION = {
    64: [(("irspack-cg",), 5, 8), (("implicit-cg",), 9, 14)],
    128: [(("irspack-cg",), 5, 8)],
    256: [(("irspack-cg", "implicit-cg"), 4, 7)],
}
CONVERGED = 1.005


@dataclass
class Row:
    """A target; `value` must be at least `must`, or at most when `falling`."""

    what: str
    value: float | None
    must: float
    aim: float | None
    detail: str
    falling: bool = False
    digits: int = 2

    def meets(self, limit):
        if limit is None or self.value is None:
            return None
        return self.value <= limit if self.falling else self.value >= limit

    def verdict(self):
        passed = self.meets(self.must)
        return "not measured" if passed is None else "FAIL" if not passed else "aim" if self.meets(self.aim) else "pass"

    def text(self, number):
        return "" if number is None else f"{'≤' if self.falling else '≥'} {number:g} ×"

    def measured(self):
        return "–" if self.value is None else f"{self.value:.{self.digits}f} ×"


def speed(what, ours, theirs, must, aim, unit="s"):
    detail = f"{ours:.4g} {unit} against {theirs:.4g} {unit}"
    return Row(what, theirs / ours, must, aim, detail)


def iteration_rows(measured):
    for k, wanted in ITERATION.items():
        for peers, must, aim in wanted:
            found = {p: measured[k][p] for p in peers if p in measured.get(k, {})}
            if found:
                best = min(found, key=found.get)
                yield speed(f"default solver, s/iteration, k = {k}, times as fast as {best}", measured[k]["swift-als"],
                            found[best], must, aim)


def exact_rows(measured):
    for k, seconds in measured.items():
        if "irspack-cholesky" in seconds and k in (64, 128):
            yield speed(f"`cholesky`, s/iteration, k = {k}, times as fast as irspack-cholesky",
                        seconds["swift-als-cholesky"], seconds["irspack-cholesky"], 2, 3)


def curve_rows(curves):
    after = {name: dict((n, value) for n, _, value in points)[9] for name, points in curves.items()}
    rivals = {n: after[n] for n in ("implicit-cg", "irspack-cholesky") if n in after}
    if rivals:
        best = min(rivals, key=rivals.get)
        yield Row(f"objective after 9 iterations, over that of {best}", after["swift-als"] / rivals[best], 1.003, 1.0,
                  f"{after['swift-als']:.7g} against {rivals[best]:.7g}", falling=True, digits=4)
    limit = CONVERGED * min(points[-1][2] for points in curves.values())
    seconds = {name: reached(points, limit) for name, points in curves.items()}
    peers = {name: found for name, found in seconds.items() if not name.startswith("swift-als")}
    if peers:
        best = min(peers, key=lambda name: peers[name][0])
        row = speed(f"seconds to 0.5 % above the converged objective, times as fast as {best}",
                    seconds["swift-als"][0], peers[best][0], 4, 8)
        late = [name for name, (_, arrived) in seconds.items() if not arrived]
        row.detail += f"; not there at the end of its run: {', '.join(late)}" if late else ""
        yield row


def reached(points, limit):
    """The seconds of the first point at or below `limit`, or else of the last one; and whether it got there."""
    return next(((seconds, True) for _, seconds, value in points if value <= limit), (points[-1][1], False))


def other_rows(results):
    if "scaling" in results:
        yield speed("2 threads, times as fast as 1", results["scaling"][2], results["scaling"][1], 1.8, 1.95)
    if "implicit-cg" in results.get("recommending", {}):
        ours, theirs = (results["recommending"][n] for n in ("swift-als", "implicit-cg"))
        yield Row("top 10 for all users, seen excluded, users/s over implicit's", ours[0] / theirs[0], 6, 15,
                  f"{ours[0]:,.0f} against {theirs[0]:,.0f} users/s; same items for {results['same']:.0%} of users")
        yield speed("top 10 for one user, median, times as fast as implicit", ours[1] * 1e3, theirs[1] * 1e3, 2, 5,
                    "ms")
    for k, (peak, needed) in results.get("memory", {}).items():
        allowed = 1.25 * needed + 200e6
        yield Row(f"peak memory of training, k = {k}, over 1.25 × (orientations + tables) + 200 MB", peak / allowed, 1,
                  None, f"{peak / 1e6:,.0f} MB for {needed / 1e6:,.0f} MB of data and factors", falling=True)


def rows(results):
    """All rows that `results` has measurements for."""
    found = [*iteration_rows(results.get("iterations", {})), *exact_rows(results.get("exact", {}))]
    if results.get("curves"):
        found += curve_rows(results["curves"])
    return found + list(other_rows(results))
