"""``python -m app``: serves the app to this computer alone and opens it in the browser."""

import argparse
import os
import socket
import sys
import threading
import time
import urllib.request
import webbrowser
from pathlib import Path

from app.settings import ADDRESS, STUDY_VARIABLE, streamlit_options

_ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "MPLBACKEND": "Agg",
    # Spinning threads of the networks would starve the server on a small machine.
    "OMP_WAIT_POLICY": "PASSIVE",
}
_USAGE_ERROR = 2
_START_SECONDS = 120


def main(argv: list[str] | None = None) -> int:
    """Exit code after the server has ended."""
    arguments = _parser().parse_args(argv)
    if not _is_free(arguments.port):
        sys.stderr.write(f"Port {arguments.port} is taken. Leave out --port to get a free one.\n")
        return _USAGE_ERROR
    os.environ.update(_ENVIRONMENT)
    if arguments.study:
        os.environ[STUDY_VARIABLE] = str(arguments.study.resolve())
    # Streamlit starts torch-free; the environment above must come first all the same.
    from streamlit.web import bootstrap  # noqa: PLC0415

    options = streamlit_options(arguments.port)
    bootstrap.load_config_options(options)
    threading.Thread(target=_import_networks, daemon=True).start()
    threading.Thread(target=_announce, args=(not arguments.no_browser,), daemon=True).start()
    bootstrap.run(str(Path(__file__).with_name("main.py")), False, [], options)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port of 127.0.0.1; default a free one")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument(
        "--study", type=Path, help="folder, zip or NIfTI file to assess when the page opens"
    )
    return parser


def _is_free(port: int) -> bool:
    try:
        socket.create_server((ADDRESS, port)).close()
    except OSError:
        return False
    return True


def _import_networks() -> None:
    """Import what takes seconds while the browser opens."""
    import app.opening  # noqa: F401, PLC0415


def _announce(open_browser: bool) -> None:
    """Print the address, and open it, as soon as the server answers."""
    from streamlit import config  # noqa: PLC0415

    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        url = f"http://{ADDRESS}:{config.get_option('server.port')}"
        if _answers(f"{url}/_stcore/health"):
            sys.stdout.write(f"READY {url}\n")
            sys.stdout.flush()
            if open_browser:
                webbrowser.open(url)
            return
        time.sleep(0.1)
    sys.stderr.write(f"The server did not answer within {_START_SECONDS} s.\n")


def _answers(url: str) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url, timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    raise SystemExit(main())
