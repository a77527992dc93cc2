"""``deidentify STUDY --out DIR``: a study that may leave."""

import argparse

from core.cli.arguments import Verbs
from core.cli.output import print_lines
from core.given import path_of


def add_parser(verbs: Verbs) -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "deidentify", help="write a study, its SEG and SR without what names the patient"
    )
    parser.add_argument(
        "studies",
        type=path_of,
        nargs="+",
        metavar="STUDY",
        help="folder or zip archive; further ones, as that of its results, get the same new UIDs",
    )
    parser.add_argument("--out", type=path_of, metavar="DIR", required=True, help="a new folder")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 once the files are written; what was left out is printed, with the reason."""
    from core.deidentify.profile import METHOD
    from core.deidentify.study import FACES, WRITTEN, write_deidentified
    from core.node.exported import note_export

    for study in arguments.studies:
        note_export(study, "de-identified copy")
    told = write_deidentified(arguments.studies, arguments.out)
    written = told.pop(WRITTEN)
    print_lines(
        [
            f"{written} files written to {arguments.out} by {METHOD}",
            *(f"Left out: {count} files: {reason}" for reason, count in sorted(told.items())),
            FACES,
        ]
    )
    return 0
