"""The command line: one module a verb, each with ``add_parser``, which names its ``run``.

Verbs import networks and pixels when they run, so that help and usage errors come at once.
"""

import argparse
import sys
from collections.abc import Sequence

from core.cli import (
    assess,
    batch,
    bench,
    cohort,
    deidentify,
    evaluate,
    export,
    follow_up,
    listen,
    query,
    reproduce,
    send,
    series,
    simulate,
    trail,
    train,
    whatif,
)
from core.errors import HescopeError
from core.report.provenance import RESEARCH_USE, VERSION
from core.writing import sweep_scratch

_VERBS = (
    series,
    assess,
    follow_up,
    batch,
    whatif,
    bench,
    train,
    evaluate,
    export,
    cohort,
    simulate,
    reproduce,
    listen,
    query,
    send,
    trail,
    deidentify,
)
_INTERRUPTED = 130  # as shells report a program ended by Ctrl-C


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code of a call: 0 done, 2 usage, 3 study unusable, 4 clinical data, 5 model invalid."""
    arguments = _parser().parse_args(argv)
    sweep_scratch()
    try:
        code: int = arguments.run(arguments)
    except HescopeError as error:
        sys.stderr.write(f"error: {error.message}\ndo this: {error.remedy}\n")
        return error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("ended by the user\n")
        return _INTERRUPTED
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m core",
        description=f"Hematoma expansion from a head CT and clinical findings. {RESEARCH_USE}",
    )
    parser.add_argument("--version", action="version", version=f"HEscope {VERSION}")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    for verb in _VERBS:
        verb.add_parser(verbs)
    return parser
