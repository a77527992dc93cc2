import asyncio
import http.client
from typing import Any
from urllib.parse import urlsplit

import pytest

from app.launch.guard import HEADERS, Guard
from tests.browser.conftest import serving

HOST = "127.0.0.1:8501"


def sent_by(guarded: Guard, kind: str, headers: dict[str, str]) -> list[dict[str, Any]]:
    """What is answered to one request."""
    scope = {
        "type": kind,
        "path": "/",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": f"{kind}.disconnect"}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    asyncio.run(guarded(scope, receive, send))
    return sent


@pytest.fixture
def asked() -> list[str]:
    """Kinds of requests that came through to the app."""
    return []


@pytest.fixture
def guarded(asked: list[str]) -> Guard:
    async def app(scope: Any, _receive: Any, send: Any) -> None:
        asked.append(scope["type"])
        await send({"type": "http.response.start", "status": 200, "headers": []})

    return Guard(app)


@pytest.mark.parametrize(
    "origin",
    ["http://example.org", "null", "http://127.0.0.1:9999", f"https://{HOST}", f"http://{HOST}.x"],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_other_origins_are_refused_before_streamlit_hears_of_them(
    guarded: Guard, asked: list[str], kind: str, origin: str
) -> None:
    answer = sent_by(guarded, kind, {"host": HOST, "origin": origin})[0]
    assert asked == []
    if kind == "http":
        assert answer["status"] == 403
    else:
        assert answer["type"] == "websocket.close"


@pytest.mark.parametrize("host", ["rebound.example:8501", "example.org", "", "127.0.0.1.x:1"])
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_name_that_was_made_to_mean_this_computer_is_refused(
    guarded: Guard, asked: list[str], kind: str, host: str
) -> None:
    sent_by(guarded, kind, {"host": host, "origin": f"http://{host}"})
    assert asked == []


@pytest.mark.parametrize("headers", [{"host": HOST}, {"host": HOST, "origin": f"http://{HOST}"}])
def test_the_page_itself_is_answered_with_headers(
    guarded: Guard, asked: list[str], headers: dict[str, str]
) -> None:
    answer = sent_by(guarded, "http", headers)[0]
    assert asked == ["http"]
    assert dict(answer["headers"]) == {
        name.lower().encode(): value.encode() for name, value in HEADERS.items()
    }


def test_server_is_guarded() -> None:
    with serving("-m", "app", "--no-browser") as (url, _):
        address = urlsplit(url)
        for origin, status in (("http://example.org", 403), (f"http://{address.netloc}", 200)):
            connection = http.client.HTTPConnection(address.netloc, timeout=30)
            connection.request("GET", f"{address.path}/_stcore/health", headers={"Origin": origin})
            answer = connection.getresponse()
            assert answer.status == status
            assert answer.getheader("X-Content-Type-Options") == "nosniff"
            assert "frame-ancestors 'self'" in (answer.getheader("Content-Security-Policy") or "")
