"""Streamlit's server, with what is HEscope's: its word on faults, and what it lets go of."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime import Runtime

from app import shared
from app.faults import show_fault
from app.launch.guard import Guard
from app.launch.lifetime import bound_the_end, end_quietly

_MAIN = Path(__file__).parents[1] / "main.py"
_LOOK_S = 1.0


def serve(options: dict[str, object]) -> None:
    """Serve until the end of the program, with these options of Streamlit's."""
    bound_the_end()
    with end_quietly():
        app = st.App(
            _MAIN, lifespan=_tidied, middleware=[Middleware(Guard)], on_script_error=show_fault
        )
        app.run(config=options)


@asynccontextmanager
async def _tidied(_app: st.App) -> AsyncIterator[None]:
    """While the server runs, closed tabs are let go of; at its end, work that nobody awaits."""
    tidying = asyncio.create_task(_tidy())
    try:
        yield
    finally:
        tidying.cancel()
        shared.queue().close()


async def _tidy() -> None:
    while True:
        await asyncio.sleep(_LOOK_S)
        for session_id in await asyncio.to_thread(shared.tabs().let_go):
            Runtime.instance().close_session(session_id)  # uploads and pictures go with it
