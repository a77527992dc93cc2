"""``query`` and ``retrieve``: one study of an archive, by its accession number."""

import argparse
from typing import TYPE_CHECKING

from core.cli.arguments import Verbs
from core.cli.node_store import add_store, chosen_store, outlive_hang_ups
from core.cli.output import print_lines
from core.errors import UsageError
from core.given import path_of

if TYPE_CHECKING:
    from core.node.address import Address
    from core.node.settings import NodeSettings
    from core.node.state import StudyHeader


def add_parser(verbs: Verbs) -> None:
    """Register both verbs."""
    query = verbs.add_parser("query", help="ask an archive for the studies of an accession number")
    _add_asked(query)
    query.set_defaults(run=run_query)
    get = verbs.add_parser("retrieve", help="get the CT series of a study from an archive")
    _add_asked(get)
    get.add_argument("--study", metavar="UID", help="which study, where there are several")
    to = get.add_mutually_exclusive_group()
    to.add_argument("--out", type=path_of, metavar="DIR", help="a new folder for the images")
    to.add_argument(
        "--move",
        action="store_true",
        help="have the archive send them to the node that listens (C-MOVE)",
    )
    get.set_defaults(run=run_retrieve)


def _add_asked(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("accession", metavar="ACCESSION", help="accession number")
    parser.add_argument(
        "--archive",
        metavar="NODE",
        help="TITLE@HOST:PORT or http(s) address of DICOMweb; default that of the node's settings",
    )
    add_store(parser)


def run_query(arguments: argparse.Namespace) -> int:
    """Exit code 0; a line a study is printed."""
    _, _, found = _found(arguments)
    print_lines(
        f"{one.date or 'no date'}  {one.patient}, {one.patient_id}  {one.study_uid}"
        for one in found
    )
    if not found:
        print_lines(["The archive has no study of this accession number."])
    return 0


def run_retrieve(arguments: argparse.Namespace) -> int:
    """Exit code 0 once the images lie in the folder, or in the store of the node that listens."""
    from core.node.query import move, retrieve
    from core.node.receive import take_in
    from core.node.state import State
    from core.writing import in_one_step, writing_to

    archive, settings, found = _found(arguments)
    study = _only(found, arguments.study)
    if arguments.move:
        move(archive, study.study_uid, settings)
        print_lines(["The archive has sent the study to the node."])
        return 0
    if arguments.out is None:
        store = chosen_store(arguments)
        state = State(store, audited=settings.audited)

        def keep(content: bytes) -> None:
            take_in(content, store, state, wait_s=settings.broken_off_s)

        count = retrieve(archive, study.study_uid, settings, keep)
        state.quiet(study.study_uid, wait_s=0.0)
        print_lines([f"{count} images are in the store; the node that listens assesses them."])
        return 0
    if arguments.out.exists():
        raise UsageError(f"{arguments.out.name} is there already.", "Name a new folder for --out.")
    with writing_to(arguments.out.parent), in_one_step(arguments.out) as made:
        made.mkdir(mode=0o700)

        def write(content: bytes) -> None:
            (made / f"{len(list(made.iterdir())) + 1:05d}.dcm").write_bytes(content)

        count = retrieve(archive, study.study_uid, settings, write)
    print_lines([f"{count} images written to {arguments.out}"])
    return 0


def _found(
    arguments: argparse.Namespace,
) -> "tuple[Address, NodeSettings, tuple[StudyHeader, ...]]":
    from core.node.address import parse_address
    from core.node.query import find_studies
    from core.node.settings import read_settings
    from core.node.store import default_folder

    outlive_hang_ups()
    settings = read_settings(arguments.store or default_folder())
    named = arguments.archive or settings.archive
    if not named:
        raise UsageError("No archive found.", "Name one with --archive, or in the node's settings.")
    archive = parse_address(named)
    return archive, settings, find_studies(archive, arguments.accession, settings)


def _only(found: "tuple[StudyHeader, ...]", study_uid: str | None) -> "StudyHeader":
    wanted = [one for one in found if study_uid in (None, one.study_uid)]
    if len(wanted) != 1:
        raise UsageError(
            f"{len(wanted)} studies of this accession number found, one expected.",
            "See them with `query`, and name one with --study.",
        )
    return wanted[0]
