"""The command line of scripts/compare-peers; run by itself, it checks the options or prints help."""
import argparse
import os

PEERS = ["irspack-cg", "implicit-cg", "cmfrec-cg", "irspack-cholesky"]
PARTS = ["iterations", "exact", "curves", "threads", "recommend", "memory"]


def names(allowed):
    def parse(text):
        chosen = text.split(",")
        unknown = [name for name in chosen if name not in allowed]
        if unknown:
            raise argparse.ArgumentTypeError(f"{unknown[0]} is none of {', '.join(allowed)}")
        return chosen

    return parse


def integers(text):
    return [int(number) for number in text.split(",")]


def arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/compare-peers", description="Times the engine beside its peers; writes tables and pictures.")
    parser.add_argument("--als", help=argparse.SUPPRESS)
    parser.add_argument("--recommend-timing", help=argparse.SUPPRESS)
    parser.add_argument("--output", default=".data/comparison", help="directory of the results (%(default)s)")
    parser.add_argument("--data", help="CSV file with integer ids; synthetic in MovieLens 20M's shape if left out")
    parser.add_argument("--small", action="store_true", help="a quick check on 5,000 users and 2,000 items")
    parser.add_argument("--rounds", type=int, default=3, help="how often engines take turns (%(default)s)")
    parser.add_argument("--iterations", type=int, default=4, help="iterations of a timed training (%(default)s)")
    parser.add_argument("--factors", type=integers, default=[64, 128, 256], help="numbers of factors (64,128,256)")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), help="threads (all cores)")
    parser.add_argument("--only", type=names(PARTS), default=PARTS, help=f"parts, of {','.join(PARTS)}")
    parser.add_argument("--peers", type=names(PEERS), default=PEERS, help=f"peers, of {','.join(PEERS)}")
    return parser.parse_args()


if __name__ == "__main__":
    arguments()
