"""``send``: DICOM files to another node; what a node could not send yet, at once."""

import argparse

from core.cli.arguments import Verbs
from core.cli.node_store import add_store, outlive_hang_ups
from core.cli.output import print_lines
from core.given import path_of


def add_parser(verbs: Verbs) -> None:
    """Register the verb."""
    parser = verbs.add_parser("send", help="send DICOM files, as results are, to another node")
    parser.add_argument("path", type=path_of, metavar="PATH", help="a DICOM file, or a folder")
    parser.add_argument(
        "--to",
        metavar="NODE",
        required=True,
        help="TITLE@HOST:PORT or the http(s) address of a DICOMweb service",
    )
    add_store(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 once the node has taken every file."""
    from core.errors import UsageError
    from core.node.address import parse_address
    from core.node.exported import note_export
    from core.node.send import send
    from core.node.settings import read_settings
    from core.node.store import default_folder

    outlive_hang_ups()
    address = parse_address(arguments.to)
    settings = read_settings(arguments.store or default_folder())
    path = arguments.path
    files = [path] if path.is_file() else sorted(path.rglob("*.dcm"))
    if not files:
        raise UsageError(f"No DICOM file (*.dcm) found in {path.name}.", "Name another folder.")
    note_export(path, f"{len(files)} files to {address}")
    sent = send(files, address, settings)
    print_lines([f"{len(sent)} files sent to {address}"])
    return 0
