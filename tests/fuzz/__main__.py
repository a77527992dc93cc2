"""python -m tests.fuzz --count 10000 [--seed 0]: the long run; exit code 1 if an input failed."""

import argparse
import sys
import time

from tests.fuzz.run import OF_FORMS, SHARES, summary, tried


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="how many inputs")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first one")
    parser.add_argument("--forms", action="store_true", help="multi-frame, compressed, bare alone")
    arguments = parser.parse_args()
    began = time.monotonic()
    shares = OF_FORMS if arguments.forms else SHARES
    results = list(tried(arguments.count, arguments.seed, shares))
    print(summary(results))  # noqa: T201
    print(f"{time.monotonic() - began:.0f} s")  # noqa: T201
    return int(any(result.failed for result in results))


if __name__ == "__main__":
    sys.exit(main())
