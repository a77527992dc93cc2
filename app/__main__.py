"""``python -m app``: serves the app to this computer alone and opens it in the browser."""

import argparse
import logging
import os
import secrets
import socket
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress

from app.launch.checks import refuse_unfit_computer
from app.launch.door import open_app, show_message
from app.launch.errors import CannotStartError
from app.launch.health import answers
from app.launch.instance import Instance
from app.launch.journal import LOGGER, start_journal
from app.settings import ADDRESS, DESKTOP_VARIABLE, STUDY_VARIABLE, streamlit_options
from core.assets import data_folder
from core.crash_report import LOG_FOLDER
from core.errors import HescopeError, UsageError
from core.given import path_of
from core.memory import collect_rarely
from core.writing import sweep_scratch

_ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "MPLBACKEND": "Agg",
    # Spinning threads of the networks would starve the server on a small machine.
    "OMP_WAIT_POLICY": "PASSIVE",
}
_START_SECONDS = 120
_NO_PAGE = "streamlit.runtime.scriptrunner_utils.script_run_context"
_NO_BROWSER = CannotStartError(
    "Found no browser that opens HEscope; expected one.",
    "Open the address above yourself, in a browser of this computer.",
)


def main(argv: list[str] | None = None) -> int:
    """Exit code after the server has ended."""
    arguments = _parser().parse_args(argv)
    try:
        if arguments.desktop:
            _run_on_desktop(arguments)
        else:
            _serve(arguments)
    except HescopeError as error:
        _say(error)
        if arguments.desktop and not arguments.no_browser:
            show_message(error)
        return error.exit_code
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port of 127.0.0.1; default a free one")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument(
        "--study", type=path_of, help="folder, zip or NIfTI file to assess when the page opens"
    )
    parser.add_argument(
        "--desktop",
        action="store_true",
        help="one per user, with a log, ended with its last browser tab; how a double click starts",
    )
    return parser


def _run_on_desktop(arguments: argparse.Namespace) -> None:
    """Serve as this user's one HEscope, or open the one that runs already."""
    os.umask(0o077)  # logs and unpacked studies are for this user alone
    folder = data_folder()
    refuse_unfit_computer(folder, LOG_FOLDER)
    instance = Instance(folder)
    with instance.held() as first:
        if first:
            _serve(arguments, instance)
        else:
            address: Future[str] = Future()
            _make_known(address, instance.running_url())
            _open(address, arguments)


def _serve(arguments: argparse.Namespace, instance: Instance | None = None) -> None:
    """Serve until the end of the program; on the desktop, as this ``instance``."""
    _refuse_taken(arguments.port)
    os.environ.update(_ENVIRONMENT)
    collect_rarely()
    if arguments.study:
        os.environ[STUDY_VARIABLE] = str(arguments.study.resolve())
    address: Future[str] = Future()
    _in_background(_open, address, arguments)
    # Whoever does not know it, such as another user of this computer, finds nothing.
    secret = secrets.token_hex(16)
    options = streamlit_options(arguments.port, secret)
    # Streamlit starts torch-free; the environment above must come first all the same.
    from streamlit.web import bootstrap  # noqa: PLC0415

    bootstrap.load_config_options(options)  # before anything asks for one
    from app.launch.server import serve  # noqa: PLC0415

    if instance:
        _begin_desktop(arguments)
    _in_background(sweep_scratch)
    # No daemon: a program that ends meanwhile waits, for half of OpenVINO cannot be torn down.
    threading.Thread(target=_warm_up).start()
    _in_background(_announce, secret, address, instance)
    serve(options)


def _begin_desktop(arguments: argparse.Namespace) -> None:
    """Log, and end with the last tab."""
    from app.launch.lifetime import end_with_last_tab  # noqa: PLC0415  Streamlit: as above

    os.environ[DESKTOP_VARIABLE] = "1"
    start_journal(LOG_FOLDER, _nobody if arguments.no_browser else show_message)
    _in_background(end_with_last_tab)


def _nobody(_error: HescopeError) -> None:
    """Whom a program without a browser tells of a failure; its report is written all the same."""


def _refuse_taken(port: int) -> None:
    try:
        socket.create_server((ADDRESS, port)).close()
    except OSError as error:
        raise UsageError(
            f"Port {port} is taken; expected a free one.", "Leave out --port to get a free one."
        ) from error


def _in_background(run: Callable[..., None], *arguments: object) -> None:
    threading.Thread(target=run, args=arguments, daemon=True).start()


def _warm_up() -> None:
    """Import and load what takes seconds while the browser opens and the user chooses."""
    import app.opening  # noqa: F401, PLC0415
    from app.loaded_model import warm_up  # noqa: PLC0415
    from core.memory import leave_modules_alone  # noqa: PLC0415

    # Streamlit says on the terminal that no page asks for the model, and not to mind.
    logging.getLogger(_NO_PAGE).setLevel(logging.ERROR)
    with suppress(RuntimeError):  # a program that ends takes no new work
        warm_up()
    leave_modules_alone()


def _announce(secret: str, address: Future[str], instance: Instance | None) -> None:
    """Make the address known as soon as the server answers."""
    from streamlit import config  # noqa: PLC0415

    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        url = f"http://{ADDRESS}:{config.get_option('server.port')}/{secret}"
        if answers(url):
            if instance:
                instance.publish(url)
            _make_known(address, url)
            return
        time.sleep(0.1)
    address.set_exception(
        CannotStartError(
            f"Found no answer of the server within {_START_SECONDS} s; expected one.",
            "Restart this computer, then start HEscope again.",
        )
    )


def _make_known(address: Future[str], url: str) -> None:
    sys.stdout.write(f"READY {url}\n")
    sys.stdout.flush()
    address.set_result(url)


def _open(address: Future[str], arguments: argparse.Namespace) -> None:
    """Open the browser at once, unless told otherwise; it waits there for the address."""
    opened = arguments.no_browser or open_app(address)
    failure = address.exception()
    if isinstance(failure, HescopeError):
        _say(failure)
    elif not opened:
        _say(_NO_BROWSER)
        LOGGER.error("found no browser; started in a terminal, HEscope prints its address there")
    if arguments.desktop:
        _fall_silent()


def _say(error: HescopeError) -> None:
    sys.stderr.write(f"error: {error.message}\ndo this: {error.remedy}\n")


def _fall_silent() -> None:
    """Say nothing more where nobody reads: a terminal that was closed would end every word.

    What a desktop keeps of a program's words must not quote a study either; the log does not.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        os.dup2(nowhere, stream.fileno())


if __name__ == "__main__":
    raise SystemExit(main())
