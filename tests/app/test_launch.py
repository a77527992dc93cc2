import socket

import pytest

from app.__main__ import main
from app.settings import streamlit_options


def test_port_that_is_taken_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port), "--no-browser"]) == 2
    assert f"Port {port} is taken" in capsys.readouterr().err


def test_server_listens_to_this_computer_alone_and_reports_to_nobody() -> None:
    options = streamlit_options(0)
    assert options["server.address"] == "127.0.0.1"
    assert options["server.enableXsrfProtection"] is True
    assert options["browser.gatherUsageStats"] is False
    assert options["client.showErrorDetails"] == "type"
