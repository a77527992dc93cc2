"""What each browser tab has open, and what is kept of it once it is closed.

A tab is known by a token in its address, so that a reload finds its study again.  What is heavy
hangs here and not in Streamlit's session, which outlives its tab by minutes: a closed tab's study
is kept for a reload while there is room, for some minutes, then let go.
"""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.opening import Opening, OpenStudy
from core.domain import ClinicalFindings
from core.memory import give_back
from core.models.runtime import EngineName

KEPT_BYTES = 192 * 1024**2
"""Of studies whose tab is closed; the last one is kept whatever its size."""
_KEPT_S = 10 * 60.0
# A tab whose session is gone for so long was closed; a reload takes a second or two.
_CLOSED_AFTER_S = 5.0
_LOOKS = 2


@dataclass(slots=True, eq=False)
class Tab:
    """A browser tab: touched by its own session alone, and by ``Tabs`` once that is gone.

    ``opening`` is a study on its way, ``findings`` what stands in the form, ``chosen`` what else
    was chosen on the study's page, by its keys, ``made`` what was made of the study to show it;
    ``dropped`` counts the studies that it let go.  ``follow_up`` is a later CT of the same patient:
    by its header, or ``same_patient`` by the user's word.
    """

    token: str
    session_id: str
    seen: float
    model_folder: Path | None = None
    opening: Opening | None = None
    study: OpenStudy | None = None
    follow_up: OpenStudy | None = None
    same_patient: bool = False
    findings: ClinicalFindings | None = None
    chosen: dict[str, Any] = field(default_factory=dict)
    dropped: int = 0
    made: dict[str, Any] = field(default_factory=dict)
    engine: EngineName = "auto"

    def open(self, study: OpenStudy | None) -> None:
        """Have another study open, or none; what hung on the old one goes."""
        self.dropped += self.study is not None
        self.study, self.follow_up, self.findings, self.made = study, None, None, {}
        self.same_patient, self.chosen = False, {}

    def expect(self, opening: Opening | None) -> None:
        """Have a study on its way, or none any more; one that was before is cancelled."""
        before, self.opening = self.opening, opening
        if before:
            before.ticket.cancel()

    def reopened(self, token: str, session_id: str, seen: float) -> "Tab":
        """The tab as another session finds it, its form with what stood there."""
        study = self.study
        if study and self.findings:
            study = replace(study, clinical=self.findings)
        return Tab(
            token,
            session_id,
            seen,
            self.model_folder,
            study=study,
            follow_up=self.follow_up,
            same_patient=self.same_patient,
            chosen=dict(self.chosen),
            engine=self.engine,
        )

    @property
    def nbytes(self) -> int:
        """Bytes of what is open."""
        return sum(opened.nbytes for opened in (self.study, self.follow_up) if opened)


class Tabs:
    """The tabs of this program, by their tokens; behind one lock."""

    def __init__(
        self,
        is_alive: Callable[[str], bool],
        *,
        kept_bytes: int = KEPT_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``is_alive`` tells whether a session has a browser at its other end."""
        self._is_alive = is_alive
        self._kept_bytes = kept_bytes
        self._clock = clock
        self._lock = threading.Lock()
        self._tabs: dict[str, Tab] = {}
        self._dropped = 0  # studies by all tabs at the last look
        self._looks_to_give_back = 0

    def attach(self, token: str | None, session_id: str) -> Tab:
        """Tab of a session that begins, with what a tab of that token had open.

        A tab that was duplicated, so that two live sessions name one token, becomes a tab of its
        own with the same study: what one opens, the other never shows.
        """
        with self._lock:
            known, now = self._tabs.get(token or ""), self._clock()
            if known is None:
                tab = Tab(secrets.token_urlsafe(9), session_id, now)
            elif known.session_id != session_id and self._is_alive(known.session_id):
                tab = known.reopened(secrets.token_urlsafe(9), session_id, now)
            else:
                tab = known.reopened(known.token, session_id, now)
                tab.opening = known.opening
            self._tabs[tab.token] = tab
            return tab

    def let_go(self) -> tuple[str, ...]:
        """Let go of what closed tabs had open beyond what is kept; their sessions, to be closed.

        To be called every second or so.
        """
        with self._lock:
            now = self._clock()
            for tab in self._tabs.values():
                if self._is_alive(tab.session_id):
                    tab.seen = now
            closed = [tab for tab in self._tabs.values() if now - tab.seen >= _CLOSED_AFTER_S]
            sessions = tuple(tab.session_id for tab in closed if tab.session_id)
            for tab in closed:
                _settle(tab)
            gone = self._beyond_kept(closed, now)
            for tab in gone:
                del self._tabs[tab.token]
            dropped = sum(tab.dropped for tab in self._tabs.values()) + bool(gone)
        for tab in gone:
            tab.expect(None)
            tab.open(None)  # whoever still holds the tab holds no study
        self._give_back(dropped)
        return sessions

    def _give_back(self, dropped: int) -> None:
        """Return memory some looks after the last study was dropped: a page may still end."""
        if dropped != self._dropped:
            self._dropped, self._looks_to_give_back = dropped, _LOOKS
        elif self._looks_to_give_back:
            self._looks_to_give_back -= 1
            if not self._looks_to_give_back:
                give_back()

    def _beyond_kept(self, closed: list[Tab], now: float) -> list[Tab]:
        """Tabs to drop: too old, or too much together with those closed after them."""
        gone, kept = [], 0
        for tab in sorted(closed, key=lambda tab: -tab.seen):
            fits = kept == 0 or kept + tab.nbytes <= self._kept_bytes
            wanted = tab.study is not None or tab.opening is not None
            if wanted and fits and now - tab.seen < _KEPT_S:
                kept += tab.nbytes
            else:
                gone.append(tab)
        return gone


def _settle(tab: Tab) -> None:
    """Leave of a closed tab what a reload needs, with the study that has come meanwhile."""
    tab.session_id, tab.made = "", {}
    opening = tab.opening
    if opening and opening.ticket.ended():
        if opening.ticket.succeeded:
            tab.open(opening.ticket.result())
        tab.opening = None
