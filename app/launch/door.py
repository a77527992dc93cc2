"""The way from here into the browser: an address that can be used once.

A browser's address is on its command line, which other users of a computer can read.  What the
browser is told to open is therefore used up by the time it could be read there.
"""

import html
import secrets
import threading
import time
import webbrowser
from http.server import BaseHTTPRequestHandler, HTTPServer

from app.settings import ADDRESS
from core.errors import HescopeError
from core.report.provenance import RESEARCH_USE

_BROWSER_SECONDS = 60  # a slow computer's first start of its browser
_MESSAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>HEscope</title>
<body style="font:18px/1.5 sans-serif;max-width:40em;margin:15vh auto;padding:0 1em">
<h1>HEscope cannot go on</h1><p>{message}</p><p><b>Do this:</b> {remedy}</p><p>{research_use}</p>
"""


class Door(HTTPServer):
    """Answers one request to one secret path, with a page or the way to one."""

    timeout = 0.5

    def __init__(self, *, location: str = "", page: str = "") -> None:
        super().__init__((ADDRESS, 0), _Answer)
        self.location = location
        self.page = page.encode()
        self.path = "/" + secrets.token_hex(16)
        self.used = False

    @property
    def url(self) -> str:
        """Address that is good for one use."""
        return f"http://{ADDRESS}:{self.server_address[1]}{self.path}"

    def wait(self, seconds: float, nobody_comes: threading.Event) -> bool:
        """Whether somebody came in within that time, and before it was known that nobody will."""
        deadline = time.monotonic() + seconds
        while not (self.used or nobody_comes.is_set()) and time.monotonic() < deadline:
            self.handle_request()
        return self.used


class _Answer(BaseHTTPRequestHandler):
    server: Door
    timeout = 5  # a connection without a request does not hold the door

    def do_GET(self) -> None:
        """Answer, once."""
        if self.server.used or not secrets.compare_digest(self.path, self.server.path):
            self.send_error(404)
            return
        self.server.used = True
        self.send_response(302 if self.server.location else 200)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(self.server.page)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: the path is a secret."""


def open_address(url: str) -> bool:
    """Whether a browser came for this address."""
    return _opened(Door(location=url))


def show_message(error: HescopeError) -> bool:
    """Whether a browser came for the message."""
    page = _MESSAGE.format(
        message=html.escape(error.message),
        remedy=html.escape(error.remedy),
        research_use=RESEARCH_USE,
    )
    return _opened(Door(page=page))


def _opened(door: Door) -> bool:
    no_browser = threading.Event()

    def tell_browser() -> None:
        if not webbrowser.open(door.url):
            no_browser.set()

    # Beside the waiting, because some starters of browsers return only when the page has come.
    threading.Thread(target=tell_browser, daemon=True).start()
    with door:
        return door.wait(_BROWSER_SECONDS, no_browser)
