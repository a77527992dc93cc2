"""python -m tests.fuzz --count 10000 [--seed 0]: the long run; exit code 1 if an input failed."""

import argparse
import sys
import time

from tests.fuzz.run import summary, tried


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="how many inputs")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first one")
    arguments = parser.parse_args()
    began = time.monotonic()
    results = list(tried(arguments.count, arguments.seed))
    print(summary(results))  # noqa: T201
    print(f"{time.monotonic() - began:.0f} s")  # noqa: T201
    return int(any(result.failed for result in results))


if __name__ == "__main__":
    sys.exit(main())
