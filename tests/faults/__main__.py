"""``python -m tests.faults --count 50``: each verb killed so many times at random moments.

A registry: ``--verb batch --studies 1000 --workers 2 --latest 0.2 --count 10``.
"""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.run import LATEST, killed
from tests.faults.verbs import STUDIES, verbs, write_inputs


def main() -> None:
    """Print a line a verb; the first failure ends it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--verb", action="append")
    parser.add_argument("--studies", type=int, default=STUDIES, help="of a batch")
    parser.add_argument("--workers", type=int, default=1, help="of a batch")
    parser.add_argument("--latest", type=float, default=LATEST, help="kill, of the time it takes")
    arguments = parser.parse_args()
    with TemporaryDirectory(prefix="faults-") as folder:
        inputs = Path(folder, "inputs")
        inputs.mkdir()
        write_inputs(inputs, arguments.studies)
        for name, verb in verbs(inputs, Path(folder, "out"), arguments.workers).items():
            if arguments.verb is None or name in arguments.verb:
                found = killed(verb, arguments.count, arguments.seed, arguments.latest)
                sys.stdout.write(
                    f"{name:<11} {found.seconds:4.0f} s alone; killed {found.killed} times, done "
                    f"before {found.done_before} times; whole, once and complete\n"
                )
                sys.stdout.flush()


if __name__ == "__main__":
    main()
