"""Runs an engine in a fresh process, and judges what it made."""
import importlib.util
import json
import os
import subprocess
import sys
import tempfile

import objective
from data import load

HERE = os.path.dirname(os.path.abspath(__file__))
OURS = {"swift-als": [], "swift-als-cholesky": ["--solver", "cholesky"]}


class Engines:
    """Everything that can be run, on one data set."""

    def __init__(self, als, recommend_timing, data, threads):
        self.als, self.recommend_timing, self.data, self.threads = als, recommend_timing, data, threads
        self.matrix, self.user_ids, self.item_ids = load(data)

    def available(self, names):
        """The engines of `names` that are installed."""
        return [n for n in names if n in OURS or importlib.util.find_spec(n.split("-")[0])]

    def train(self, name, factors, iterations, threads=None, model=None):
        """Seconds of each iteration and, for our engine, the peak memory of its process."""
        threads = threads or self.threads
        if name not in OURS:
            return self._peer(name, factors, iterations, threads)
        with tempfile.TemporaryDirectory() as directory:
            log = os.path.join(directory, "log")
            command = [
                self.als, "train", self.data, "--objective", "hkv", "--confidence", "binary",
                "--alpha", objective.ALPHA, "--regularization", objective.REGULARIZATION, "--factors", factors,
                "--iterations", iterations, "--threads", threads, "--progress", "none", "--log", log,
                "--output", model or os.path.join(directory, "model.safetensors"), *OURS[name]]
            peak = os.path.join(directory, "peak")
            run([sys.executable, "-I", "-S", os.path.join(HERE, "peak.py"), peak, *command])
            with open(log) as lines, open(peak) as number:
                events, peak = [json.loads(line) for line in lines], int(number.read())
        return {"seconds": [e["seconds"] for e in events if e["event"] == "iteration"], "peakBytes": peak}

    def curve(self, name, factors, iterations):
        """(iterations, seconds since the start of training, objective) after each count of `iterations`."""
        with tempfile.TemporaryDirectory(dir=os.path.dirname(self.data)) as directory:
            if name not in OURS:
                seconds = self._peer(name, factors, max(iterations), self.threads, iterations, directory)["seconds"]
                return [(n, sum(seconds[:n]), objective.of_npz(self.matrix, f"{directory}/{n}.npz", self.threads))
                        for n in iterations]
            # A training that ends here may do its last iteration more exactly, so each point is a training.
            points, model = [], os.path.join(directory, "model.safetensors")
            for n in iterations:
                seconds = sum(self.train(name, factors, n, model=model)["seconds"])
                points.append((n, seconds, self.judge(model)))
            return points

    def judge(self, model):
        """The objective of a model file."""
        return objective.of_model(self.matrix, self.user_ids, self.item_ids, model, self.threads)

    def recommend(self, name, model, users, singles, answers):
        """Users per second, one user's median latency, and the items of some users."""
        if name in OURS:
            command = [self.recommend_timing, model, self.data, "--threads", self.threads]
        else:
            command = [sys.executable, os.path.join(HERE, "recommend_peer.py"), model, self.data, self.threads]
        return json.loads(run([*command, "--users", users, "--singles", singles, "--answers", answers]))

    def _peer(self, name, factors, iterations, threads, snapshots=(), directory=None):
        command = [sys.executable, os.path.join(HERE, "peer.py"), name, self.data, factors, iterations, threads]
        if directory:
            command += ["--snapshots", ",".join(map(str, snapshots)), "--directory", directory]
        return json.loads(run(command).splitlines()[-1])


def run(command):
    """A command's standard output."""
    command = [str(part) for part in command]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\nended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout
