"""The way from here into the browser: an address that can be used once.

A browser's address is on its command line, which other users of a computer can read.  What the
browser is told to open is therefore used up by the time it could be read there.
"""

import contextlib
import html
import json
import secrets
import threading
import time
import webbrowser
from collections.abc import Callable
from concurrent.futures import Future
from http.server import BaseHTTPRequestHandler, HTTPServer

from app.settings import ADDRESS
from core.errors import HescopeError
from core.report.provenance import RESEARCH_USE

_BROWSER_SECONDS = 60  # a slow computer's first start of its browser
_FAREWELL_SECONDS = 5  # for an open tab to go to another page
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>HEscope</title>
<style>body {{font: 18px/1.5 sans-serif; max-width: 40em; margin: 15vh auto; padding: 0 1em}}
b.use {{padding: 0.2em 0.7em; border-radius: 1em; background: #b35900; color: #fff}}</style>
<b class="use">{research_use}</b>{words}
"""
_STARTING = (
    "<div id=starting><h1>HEscope is starting</h1><p>It opens here in a few seconds.</p></div>"
)
_FAILED = """<style>#starting {{display: none}}</style>
<h1>HEscope cannot go on</h1><p>{message}</p><p><b>Do this:</b> {remedy}</p>
"""
_ENDED = "<h1>HEscope has ended</h1><p>You can close this tab.</p>"


class Door(HTTPServer):
    """Answers one request to one secret path: the page at once, what follows when it is known."""

    timeout = 0.5

    def __init__(self, page: str, rest: Callable[[], str] = str) -> None:
        super().__init__((ADDRESS, 0), _Answer)
        self.page = page
        self.rest = rest
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
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # the tab was closed meanwhile
            self.wfile.write(self.server.page.encode())
            self.wfile.write(self.server.rest().encode())

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: the path is a secret."""


def open_app(address: Future[str]) -> bool:
    """Whether a browser came: it shows that HEscope is starting, then the app at its address."""

    def lead_on() -> str:
        try:
            return f"<script>location.replace({json.dumps(address.result())})</script>"
        except HescopeError as error:
            return _failed(error)

    return _opened(Door(_page(_STARTING), lead_on))


def show_message(error: HescopeError) -> bool:
    """Whether a browser came for the message."""
    return _opened(Door(_page(_failed(error))))


def farewell(then: Callable[[], None]) -> str:
    """Address of the page that says that HEscope has ended; ``then`` is called once it is shown."""
    door = Door(_page(_ENDED))

    def see_off() -> None:
        with door:
            door.wait(_FAREWELL_SECONDS, threading.Event())
        then()

    threading.Thread(target=see_off, daemon=True).start()
    return door.url


def _page(words: str) -> str:
    return _PAGE.format(words=words, research_use=RESEARCH_USE)


def _failed(error: HescopeError) -> str:
    return _FAILED.format(message=html.escape(error.message), remedy=html.escape(error.remedy))


def _opened(door: Door) -> bool:
    no_browser = threading.Event()

    def tell_browser() -> None:
        if not webbrowser.open(door.url):
            no_browser.set()

    # Beside the waiting, because some starters of browsers return only when the page has come.
    threading.Thread(target=tell_browser, daemon=True).start()
    with door:
        return door.wait(_BROWSER_SECONDS, no_browser)
