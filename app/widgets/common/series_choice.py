"""The question that stands before a study: which series, or whether a child is assessed at all."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from app import session
from app.choosing import Choice, ChoiceNeededError
from app.opening import Handed, Wanted
from app.widgets.common.notices import show_error
from app.wording import as_html, as_markdown
from core.domain import Asked
from core.errors import HescopeError, UnderAgeError

_A_ROW = 3


Hand = Callable[[Handed, Asked], None]
"""Takes the study again, with the answer."""


def ask(error: HescopeError, wanted: Wanted, hand: Hand = session.hand) -> None:
    """The error; under it what the user can answer, where there is an answer."""
    if isinstance(error, ChoiceNeededError):
        _which_series(error, wanted.handed, hand)
        return
    show_error(error)
    if isinstance(error, UnderAgeError):
        st.button(
            "Assess this child all the same, for research",
            on_click=hand,
            args=(wanted.handed, replace(wanted.asked, child=True)),
        )


def _which_series(error: ChoiceNeededError, handed: Handed, hand: Hand) -> None:
    hidden = session.presenter()
    st.html('<h2 class="he-h2">Which series?</h2>')
    st.markdown(f"{as_markdown(error.message)} {as_markdown(error.remedy)}")
    columns = st.columns(_A_ROW)
    for number, choice in enumerate(error.choices):
        with columns[number % _A_ROW].container(border=True):
            _card(choice, partial(hand, handed, choice.asked), number, hidden=hidden)


def _card(choice: Choice, take: Callable[[], None], number: int, *, hidden: bool) -> None:
    picture, words = st.columns([2, 3])
    if choice.picture is not None:
        picture.image(choice.picture, width="stretch")
    time = choice.acquired_at
    when = f"{time:%d %b %Y, %H:%M}" if time else "time of CT not stated"
    name = f"Series {number + 1}" if hidden else choice.name
    facts = [f"{choice.n_slices} slices"] if hidden else [when, f"{choice.n_slices} slices"]
    words.html(f"<b>{as_html(name)}</b><br>{as_html(' · '.join(facts))}")
    summary, *against = choice.reasons
    why = "; ".join(against) if against else "nothing speaks against it"
    suggested = "Suggested: " if choice.suggested else ""
    words.caption(f"{suggested}{as_markdown(f'{summary}; {why}')}")
    st.button(
        "Assess this series",
        key=f"choice {number}",
        type="primary" if choice.suggested else "secondary",
        on_click=take,
    )
