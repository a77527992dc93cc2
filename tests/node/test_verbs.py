"""The verbs of the node, as programs of their own."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from core.cli import main
from core.node.address import parse_address
from core.node.associate import NodeError
from core.node.receive import Receiver
from core.node.send import send
from core.node.settings import NodeSettings, Tls, read_settings, write_settings
from core.node.state import State, StudyHeader
from core.node.store import Store
from tests.node.real import ROOT, free_port, needs, start_listen, storescu, wait_until

Printed = pytest.CaptureFixture[str]


def test_a_node_that_is_ended_ends_and_lets_another_begin(
    store: Store, untrained_model: Path
) -> None:
    port = free_port()
    first = start_listen(store.folder, untrained_model, "--port", str(port))
    second = subprocess.run(
        [sys.executable, "-m", "core", "listen", "--store", store.folder, "--port", "0"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 2
    assert "A node that works on this store found." in second.stderr
    first.terminate()
    assert first.wait(60) == 130
    third = start_listen(store.folder, untrained_model, "--port", str(port))
    third.terminate()
    assert third.wait(60) == 130


def test_a_model_that_cannot_be_used_ends_the_node_with_its_exit_code(
    store: Store, tmp_path: Path, capsys: Printed
) -> None:
    call = ["listen", "--store", str(store.folder), "--port", "0", "--model", str(tmp_path)]
    assert main(call) == 5
    assert "Listening" in capsys.readouterr().out


def test_a_port_that_is_taken_is_a_usage_error(
    store: Store, state: State, settings: NodeSettings, tmp_path: Path, capsys: Printed
) -> None:
    receiver = Receiver(store, state, settings)
    try:
        taken = str(receiver.start())
        call = ["listen", "--store", str(tmp_path / "other"), "--port", taken]
        assert main(call) == 2
    finally:
        receiver.stop()
    assert "cannot be listened to" in capsys.readouterr().err


def test_a_call_says_instead_of_the_settings(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    write_settings(NodeSettings(title="KEPT", port=1), store.folder)
    used: list[NodeSettings] = []
    monkeypatch.setattr(
        "core.node.listen.listen", lambda store, settings, *_, **__: used.append(settings)
    )
    call = ["listen", "--store", str(store.folder), "--port", "2", "--send-to", "A@b:3"]
    assert main([*call, "--no-trail"]) == 0
    assert used == [NodeSettings(title="KEPT", port=2, send_to=("A@b:3",), audited=False)]
    assert read_settings(store.folder) == NodeSettings(title="KEPT", port=1)


@pytest.mark.parametrize("text", ["", "[]", '{"port": "many"}', '{"colour": 1}', "{" * 9999])
def test_settings_that_cannot_be_read_are_a_usage_error(
    text: str, store: Store, capsys: Printed
) -> None:
    (store.folder / "settings.json").write_text(text)
    assert main(["listen", "--store", str(store.folder)]) == 2
    assert "settings.json" in capsys.readouterr().err


def test_trail_is_verified_and_exported(
    store: Store, state: State, tmp_path: Path, capsys: Printed
) -> None:
    state.received(StudyHeader("1.2.3"), wait_s=0.0)
    state.noted("1.2.3", "opened", by="somebody")
    there = ["--store", str(store.folder)]
    assert main(["trail", "verify", *there]) == 0
    head = capsys.readouterr().out.split()[-1]
    assert main(["trail", "export", *there]) == 0
    export = tmp_path / "trail.jsonl"
    export.write_text(capsys.readouterr().out)
    assert main(["trail", "verify", "--file", str(export), "--head", head]) == 0
    lines = export.read_text().splitlines()
    assert json.loads(lines[1])["event"]["by"] == "somebody"
    export.write_text("\n".join(lines).replace("somebody", "nobody"))
    assert main(["trail", "verify", "--file", str(export)]) == 1
    assert "BROKEN: entry 2" in capsys.readouterr().out
    export.write_text(lines[0])
    assert main(["trail", "verify", "--file", str(export), "--head", head]) == 1
    export.write_text("no trail")
    assert main(["trail", "verify", "--file", str(export)]) == 2


def test_where_no_node_worked_there_is_no_trail(tmp_path: Path, capsys: Printed) -> None:
    assert main(["trail", "verify", "--store", str(tmp_path)]) == 2
    assert list(tmp_path.iterdir()) == []
    assert "No node's store found" in capsys.readouterr().err


def certificate(folder: Path, name: str) -> tuple[str, str]:
    """Files of a certificate that signs itself, and of its key."""
    made, key = str(folder / f"{name}.pem"), str(folder / f"{name}.key")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    subject = ["-subj", f"/CN={name}", "-keyout", key, "-out", made]
    subprocess.run([*command, *subject], check=True, capture_output=True)
    return made, key


def test_with_tls_only_callers_with_a_certificate_are_heard(
    store: Store, state: State, settings: NodeSettings, study: Path, tmp_path: Path
) -> None:
    needs("openssl")
    (node, node_key), (caller, caller_key) = (
        certificate(tmp_path, name) for name in ("node", "caller")
    )
    secure = replace(settings, tls=Tls(node, node_key, caller))
    receiver = Receiver(store, state, secure)
    port = receiver.start()
    files = sorted(study.iterdir())[:2]
    address = f"HESCOPE@127.0.0.1:{port}"
    try:
        for stranger in (settings, replace(settings, tls=Tls(node, node_key, node))):
            with pytest.raises(NodeError, match="cannot be reached"):
                send(files, parse_address(address), replace(stranger, idle_s=5.0))
        assert not storescu(port, study)
        known = replace(settings, tls=Tls(caller, caller_key, node))
        assert len(send(files, parse_address(address), known)) == 2
    finally:
        receiver.stop()
    wait_until(lambda: len(state.studies()) == 1)
