"""How the node of this computer is set up."""

import streamlit as st

from app import inbox
from app.widgets.notices import show_error
from core.errors import HescopeError
from core.node.settings import NodeSettings


def node_settings(node: NodeSettings) -> None:
    """Keeps what the user enters, for the next start of the node."""
    with st.expander("Settings of the node"), st.form("node", border=False):
        left, right = st.columns(2)
        title = left.text_input("AE title", node.title)
        host = left.text_input("Address to listen on", node.host)
        port = left.number_input("Port", 0, 65535, node.port)
        quiet_s = left.number_input("Seconds of quiet after a study", 0.0, 3600.0, node.quiet_s)
        callers = right.text_area("Who may call: AE titles, one a line", _lines(node.callers))
        send_to = right.text_area(
            "Where results go, one a line",
            _lines(node.send_to),
            placeholder="PACS@archive.local:104",
            help="TITLE@HOST:PORT, or the http(s) address of a DICOMweb service.",
        )
        archive = right.text_input("Archive to fetch from", node.archive)
        if not st.form_submit_button("Save"):
            return
        try:
            inbox.change_settings(
                {
                    "title": title.strip(),
                    "host": host.strip(),
                    "port": port,
                    "quiet_s": quiet_s,
                    "callers": _entered(callers),
                    "send_to": _entered(send_to),
                    "archive": archive.strip(),
                }
            )
        except HescopeError as error:
            show_error(error)
        else:
            st.success("Saved. They hold from the next start of `hescope listen` on.")


def _lines(values: tuple[str, ...]) -> str:
    return "\n".join(values)


def _entered(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
