"""The node that a call is about, and how a program that talks to others differs from a filter."""

import argparse
import signal
from typing import TYPE_CHECKING

from core.errors import UsageError
from core.given import path_of

if TYPE_CHECKING:
    from core.node.state import State
    from core.node.store import Store


def add_store(parser: argparse.ArgumentParser) -> None:
    """Where the node keeps its studies."""
    parser.add_argument(
        "--store",
        type=path_of,
        metavar="DIR",
        help="folder of the node's studies, for you alone; default in your data folder",
    )


def chosen_store(arguments: argparse.Namespace) -> "Store":
    """Store after ``--store``, made if need be."""
    from core.node.store import default_folder, open_store

    return open_store(arguments.store or default_folder())


def state_that_is_there(arguments: argparse.Namespace) -> "tuple[Store, State]":
    """Store after ``--store`` and its state.

    Raises
    ------
    UsageError
        No node has worked there.
    """
    from core.node.state import State
    from core.node.store import Store, default_folder

    store = Store(arguments.store or default_folder())
    if not store.database.is_file():
        raise UsageError(
            f"No node's store found in {store.folder.name}.", "Name the folder with --store."
        )
    return store, State(store)


def outlive_hang_ups() -> None:
    """A caller that hangs up ends its connection, not this program."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
