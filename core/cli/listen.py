"""``listen``: a DICOM node that assesses what it is sent and sends the results back."""

import argparse
import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from core.assets import bundled_model
from core.cli.arguments import Verbs, add_model, count_of
from core.cli.node_store import add_store, chosen_store, outlive_hang_ups
from core.cli.output import print_lines
from core.report.provenance import RESEARCH_USE

if TYPE_CHECKING:
    import threading

    from core.node.settings import NodeSettings
    from core.node.state import State

_SETTINGS = (
    *("title", "host", "port", "quiet_s", "broken_off_s", "retry_s", "associations", "idle_s"),
    *("largest_object_mb", "free_mb", "keep_days"),
)


def add_parser(verbs: Verbs) -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "listen", help="be a DICOM node: assess each study that comes, once; send results back"
    )
    add_store(parser)
    add_model(parser)
    say = parser.add_argument
    say("--title", metavar="AE", help="AE title of this node; default HESCOPE")
    say("--host", metavar="ADDRESS", help="address to listen on; default 127.0.0.1")
    say("--port", type=int, help="default 11112; 0 is a free one")
    say("--allow", action="append", metavar="AE", help="who may call; needed beyond this computer")
    say(
        "--send-to",
        action="append",
        metavar="NODE",
        help="where results go: TITLE@HOST:PORT or the http(s) address of a DICOMweb service",
    )
    say("--quiet-s", type=float, metavar="S", help="wait after a study's association has ended")
    say("--broken-off-s", type=float, metavar="S", help="the same after one that broke off")
    say("--retry-s", type=float, metavar="S", help="wait before a delivery is tried again")
    say("--associations", type=int, metavar="N", help="callers at once; default 10")
    say("--idle-s", type=float, metavar="S", help="end an association that is silent for so long")
    say("--largest-object-mb", type=int, metavar="MB", help="largest object; default 2048")
    say("--free-mb", type=int, metavar="MB", help="take nothing below this free space; 1024")
    say("--keep-days", type=int, metavar="N", help="delete done studies after N days; 0 never")
    say(
        "--workers",
        type=count_of,
        metavar="N",
        help="processes that assess side by side; default one a core, as far as memory allows",
    )
    say("--tls", nargs=3, metavar=("CERT", "KEY", "CA"), help="PEM files; callers show theirs")
    say("--no-trail", action="store_true", help="keep no audit trail: for demonstrations")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 130 once interrupted: a node has no end of its own."""
    from core.node.settings import read_settings

    os.umask(0o077)  # whatever is written is for this user alone
    store = chosen_store(arguments)
    settings = _settings(arguments, read_settings(store.folder))

    from core.batch.processes import default_workers
    from core.node.listen import listen
    from core.node.pool import NodeWork, assess_until

    def listening(port: int) -> None:
        print_lines([f"Listening as {settings.title} on {settings.host}:{port}", RESEARCH_USE])
        sys.stdout.flush()

    def assess(state: "State", ended: "threading.Event") -> None:
        work = NodeWork(
            store,
            settings,
            arguments.model or bundled_model(),
            arguments.device,
            arguments.engine,
        )
        assess_until(ended, state, work, arguments.workers or default_workers())

    outlive_hang_ups()
    listen(store, settings, assess, listening=listening)
    return 0


def _settings(arguments: argparse.Namespace, kept: "NodeSettings") -> "NodeSettings":
    """The settings of the store, with what the call says instead."""
    from core.node.settings import Tls, checked

    given = {
        **{name: getattr(arguments, name) for name in _SETTINGS},
        "callers": None if arguments.allow is None else tuple(arguments.allow),
        "send_to": None if arguments.send_to is None else tuple(arguments.send_to),
        "tls": None if arguments.tls is None else Tls(*arguments.tls),
        "audited": False if arguments.no_trail else None,
    }
    return checked(replace(kept, **{name: v for name, v in given.items() if v is not None}))
