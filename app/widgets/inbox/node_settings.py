"""How the node of this computer is set up."""

import streamlit as st

from app import inbox, session
from app.widgets.common.notices import show_error
from core.errors import HescopeError
from core.node.settings import NodeSettings

_KEY, _ANSWER = "node.", "node settings answer"
_LISTS = ("callers", "send_to")


def node_settings(node: NodeSettings) -> None:
    """Keeps what the user enters, for the next start of the node."""
    with st.expander("Settings of the node"), st.form("node", border=False):
        left, right = st.columns(2)
        left.text_input("AE title", node.title, key=f"{_KEY}title")
        left.text_input("Address to listen on", node.host, key=f"{_KEY}host")
        left.number_input("Port", 0, 65535, node.port, key=f"{_KEY}port")
        left.number_input(
            "Seconds of quiet after a study", 0.0, 3600.0, node.quiet_s, key=f"{_KEY}quiet_s"
        )
        left.number_input(
            "Days that studies are kept, 0 for ever",
            0,
            3650,
            node.keep_days,
            key=f"{_KEY}keep_days",
            help="After so many days images and results are deleted here; the audit trail stays.",
        )
        right.text_area(
            "Who may call: AE titles, one a line", "\n".join(node.callers), key=f"{_KEY}callers"
        )
        right.text_area(
            "Where results go, one a line",
            "\n".join(node.send_to),
            key=f"{_KEY}send_to",
            placeholder="PACS@archive.local:104",
            help="TITLE@HOST:PORT, or the http(s) address of a DICOMweb service.",
        )
        right.text_input("Archive to fetch from", node.archive, key=f"{_KEY}archive")
        st.form_submit_button("Save", on_click=_save)
        answer = session.value(_ANSWER)
        if isinstance(answer, HescopeError):
            show_error(answer)
        elif answer:
            st.success(answer)


def _save() -> None:
    names = ("title", "host", "archive", *_LISTS)
    entered = {name: str(session.value(_KEY + name)).split("\n") for name in names}
    lines = {name: tuple(filter(None, map(str.strip, found))) for name, found in entered.items()}
    changed: dict[str, object] = {
        name: found if name in _LISTS else "".join(found) for name, found in lines.items()
    }
    changed |= {name: session.value(_KEY + name) for name in ("port", "quiet_s", "keep_days")}
    try:
        inbox.change_settings(changed)
    except HescopeError as error:
        session.set_value(_ANSWER, error)
    else:
        told = "Saved. They hold from the next start of `hescope listen` on."
        session.set_value(_ANSWER, told)
