"""What one browser tab remembers: the only file that touches ``st.session_state``.

All that hangs on a study has a key that begins with ``study.``; a new study clears it.  What hangs
on a cohort's table begins with ``table.`` and goes the same way.  The study itself, and what is
heavy, hangs on the tab (``app.tabs``), which a reload finds again; so it does what was chosen,
whose keys begin with ``study.chosen.``.
"""

import os
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any, TypeVar, cast

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from app import shared
from app.opening import Handed, Opening, OpenStudy, Wanted
from app.settings import STUDY_VARIABLE
from app.tabs import Tab
from core.cohort.table import CohortTable
from core.domain import NOTHING_ASKED, Asked, ClinicalFindings, Distance
from core.errors import HescopeError
from core.models.runtime import EngineName

Made = TypeVar("Made")

_STUDY = "study."
_CHOSEN = "study.chosen."
_TABLE = "table."
_UPLOADS = "uploads"
_HANDED = "handed"
_QUESTION = "question"
_PRESENTER = "presenter"
_TOUR = "tour"
_TAB = "tab"


def begin() -> None:
    """Find this session's tab again, and keep its token in the address, whatever the page."""
    token = _tab().token
    if st.query_params.get(_TAB) != token:
        st.query_params[_TAB] = token


def _tab() -> Tab:
    if _TAB not in st.session_state:
        context = get_script_run_ctx()
        session_id = context.session_id if context else ""
        st.session_state[_TAB] = shared.tabs().attach(st.query_params.get(_TAB), session_id)
    found: Tab = st.session_state[_TAB]
    return found


def study() -> OpenStudy | None:
    """Study that is open, None if none is."""
    return _tab().study


def open_study(opened: OpenStudy) -> None:
    """Make a study the open one."""
    close_study()
    _tab().open(opened)


def close_study() -> None:
    """Forget the open study and all that hangs on it."""
    _forget(_STUDY)
    _tab().open(None)


def follow_up() -> OpenStudy | None:
    """Later CT of the patient whose study is open, None if none is."""
    return _tab().follow_up


def set_follow_up(opened: OpenStudy | None) -> None:
    """Have a later CT open beside the study, or none any more.

    One with another outline is still of whom it was confirmed to be.
    """
    tab, made = _tab(), opened.by_networks if opened else None
    if tab.follow_up is None or tab.follow_up.by_networks is not made:
        tab.same_patient = False
    tab.follow_up = opened


def same_patient() -> bool:
    """Whether the user has confirmed that study and follow-up are of one patient."""
    return _tab().same_patient


def confirm_same_patient() -> None:
    """Take the study and its follow-up for one patient's, whatever their headers say."""
    _tab().same_patient = True


def opening() -> Opening | None:
    """Study that is on its way to this tab, None if none is."""
    return _tab().opening


def expect_study(on_its_way: Opening | None) -> None:
    """Have a study on its way, or none any more; one that was on its way before is cancelled."""
    _tab().expect(on_its_way)


def note_entered(findings: ClinicalFindings) -> None:
    """Remember what stands in the form, and what was chosen, for a reload of the page."""
    tab = _tab()
    tab.findings = findings
    state = {str(key): value for key, value in st.session_state.items()}
    tab.chosen |= {key: value for key, value in state.items() if key.startswith(_CHOSEN)}


def findings() -> ClinicalFindings | None:
    """What stood in the form last, None before it was shown."""
    return _tab().findings


def change_study(outlined_anew: OpenStudy) -> None:
    """Put the open study with another outline in its place.

    What hung on the old one (``study.marker …``) is forgotten.
    """
    tab = _tab()
    if tab.study is not None:
        _forget(study_key("marker"))
        tab.study = outlined_anew


def keep_distances(of: OpenStudy, found: tuple[Distance, ...]) -> None:
    """Have what a reader measured stay with its study, whatever its outline, while that is open."""
    tab = _tab()
    if tab.study and tab.study.pictures.ct is of.pictures.ct:
        tab.study = tab.study.measured(found)
    if tab.follow_up and tab.follow_up.pictures.ct is of.pictures.ct:
        tab.follow_up = tab.follow_up.measured(found)


def model_folder() -> Path | None:
    """Folder of the chosen model, None as long as none was chosen."""
    return _tab().model_folder


def choose_model(folder: Path) -> None:
    """Let another model answer; a study that the one before it assessed is closed."""
    expect_study(None)
    close_study()
    _tab().model_folder = folder


def engine() -> EngineName:
    """Engine that this tab chose, "auto" as long as none was chosen."""
    return _tab().engine


def choose_engine(name: EngineName) -> None:
    """Let another engine run the networks; a study that the one before it assessed is closed."""
    expect_study(None)
    close_study()
    _tab().engine = name


def study_key(name: str) -> str:
    """Key of something that hangs on the open study, a widget for example."""
    return _STUDY + name


def choice_key(name: str) -> str:
    """Key of something that was chosen on the study's page, and that a reload finds again."""
    return _CHOSEN + name


def table() -> CohortTable | None:
    """Table of a cohort that is open, None if none is."""
    opened: CohortTable | None = st.session_state.get(table_key("open"))
    return opened


def open_table(opened: CohortTable) -> None:
    """Make a table the open one."""
    close_table()
    st.session_state[table_key("open")] = opened


def set_table(measured: CohortTable) -> None:
    """Put the open table with more of its values known in its place.

    How models did on what was known before (``table.validation``) is forgotten.
    """
    _forget(table_key("validation"))
    st.session_state[table_key("open")] = measured


def close_table() -> None:
    """Forget the open table and all that hangs on it, its upload too."""
    _forget(_TABLE)
    st.session_state[_UPLOADS] = st.session_state.get(_UPLOADS, 0) + 1


def upload_key() -> str:
    """Key of the upload of a table: another one once a table is closed, or it would come back."""
    return f"upload {st.session_state.get(_UPLOADS, 0)}"


def table_key(name: str) -> str:
    """Key of something that hangs on the open table, a result for example."""
    return _TABLE + name


def kept(key: str, make: Callable[[], Made]) -> Made:
    """What was made for a key before; the first time it is made."""
    place = cast(
        MutableMapping[str, Any], _tab().made if key.startswith(_STUDY) else st.session_state
    )
    if key not in place:
        place[key] = make()
    found: Made = place[key]
    return found


def prefill(key: str, value: object) -> None:
    """Give a widget its first value; later the user's value stays, also through a reload."""
    st.session_state.setdefault(key, _tab().chosen.get(key, value))


def recall(key: str) -> None:
    """Give a widget what was chosen before a reload, or before another page was shown.

    To be called right before the widget is made: Streamlit tells the browser of a value only in the
    run in which it is set.
    """
    if key in _tab().chosen:
        prefill(key, None)


def value(key: str) -> Any:
    """Value of a widget, what was chosen before a reload, else None."""
    return st.session_state.get(key, _tab().chosen.get(key))


def set_value(key: str, to: object) -> None:
    """Set a widget from a callback."""
    st.session_state[key] = to


def show_slice(index: int) -> None:
    """Ask the viewer for a slice of the open study, also for one that was asked for before."""
    st.session_state[study_key("goto")] = index, goto_requests() + 1


def goto_slice() -> int | None:
    """Slice that was last asked for, None if none was."""
    asked: tuple[int, int] | None = st.session_state.get(study_key("goto"))
    return None if asked is None else asked[0]


def goto_requests() -> int:
    """How often a slice of the open study was asked for."""
    asked: tuple[int, int] | None = st.session_state.get(study_key("goto"))
    return 0 if asked is None else asked[1]


def note_shown() -> None:
    """The viewer knows of every slice that was asked for so far."""
    st.session_state[study_key("shown")] = goto_requests()


def slice_is_due() -> bool:
    """Whether a slice was asked for that the viewer does not know of."""
    shown: int = st.session_state.get(study_key("shown"), 0)
    return goto_requests() != shown


def presenter() -> bool:
    """Whether identifiers are hidden and type is large."""
    return bool(st.session_state.get(_PRESENTER))


def presenter_key() -> str:
    """Key of the switch of the presenter mode."""
    return _PRESENTER


def tour_step() -> int | None:
    """Step of the guided tour, None while there is none."""
    step: int | None = st.session_state.get(_TOUR)
    return step


def set_tour_step(step: int | None) -> None:
    """Go to a step of the guided tour, or end it."""
    st.session_state[_TOUR] = step


def hand(handed: Handed | None, asked: Asked = NOTHING_ASKED) -> None:
    """Keep what the user handed over to be opened, until it is on its way: None."""
    st.session_state[_HANDED] = Wanted(handed, asked) if handed else None
    st.session_state[_QUESTION] = None


def wanted() -> Wanted | None:
    """What is to be opened: at first, the study that is named on the command line."""
    named = os.environ.get(STUDY_VARIABLE)
    first = Wanted(Path(named)) if named else None
    waiting: Wanted | None = st.session_state.get(_HANDED, first)
    return waiting


def put_question(error: HescopeError, of: Wanted) -> None:
    """Keep what stands in the way of a study until the user answers or opens another."""
    st.session_state[_QUESTION] = error, of


def question() -> tuple[HescopeError, Wanted] | None:
    """What the user is asked about a study, None where nothing is."""
    asked: tuple[HescopeError, Wanted] | None = st.session_state.get(_QUESTION)
    return asked


def _forget(beginning: str) -> None:
    for key in [str(key) for key in st.session_state if str(key).startswith(beginning)]:
        del st.session_state[key]
    made = _tab().made
    for key in [key for key in made if key.startswith(beginning)]:
        del made[key]
