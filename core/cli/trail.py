"""``trail``: what a node did with each study, checked and exported."""

import argparse
import sys

from core.cli.arguments import Verbs
from core.cli.node_store import add_store, state_that_is_there
from core.cli.output import print_lines
from core.given import path_of

_BROKEN = 1


def add_parser(verbs: Verbs) -> None:
    """Register the verb."""
    parser = verbs.add_parser("trail", help="check or export the audit trail of a node")
    kinds = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    check = kinds.add_parser("verify", help="whether anything was altered, inserted or removed")
    add_store(check)
    check.add_argument("--file", type=path_of, metavar="FILE", help="an export instead")
    check.add_argument("--head", metavar="SHA256", help="an earlier head that must still be there")
    check.set_defaults(run=run_verify)
    export = kinds.add_parser("export", help="print every entry, a JSON object a line")
    add_store(export)
    export.set_defaults(run=run_export)


def run_verify(arguments: argparse.Namespace) -> int:
    """Exit code 0 if the chain holds, 1 if it does not; the head is printed, to be kept."""
    from core.errors import UsageError
    from core.node.trail import read_entries, verify

    try:
        if arguments.file is None:
            verdict = verify(state_that_is_there(arguments)[1].trail(), earlier_head=arguments.head)
        else:
            with arguments.file.open(encoding="utf-8") as lines:
                verdict = verify(read_entries(lines), earlier_head=arguments.head)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{arguments.file.name} cannot be read as a trail.", "Export the trail again."
        ) from error
    if verdict.broken_at is not None:
        print_lines([f"BROKEN: entry {verdict.broken_at} is not what was sealed."])
    elif not verdict.head_found:
        print_lines([f"BROKEN: {verdict.count} entries hold, but the earlier head is not there."])
    else:
        print_lines([f"{verdict.count} entries hold; head {verdict.head}"])
    return 0 if verdict.holds else _BROKEN


def run_export(arguments: argparse.Namespace) -> int:
    """Exit code 0; the entries are printed."""
    sys.stdout.writelines(
        f"{entry.line()}\n" for entry in state_that_is_there(arguments)[1].trail()
    )
    return 0
