"""Deletes studies that are done with, once they are old enough; the trail stays."""

import threading
import time

from core.node.settings import NodeSettings
from core.node.state import State
from core.node.store import Store

_DAY_S = 24 * 3600.0
_LOOK_S = 3600.0


def delete_until(
    ended: threading.Event, store: Store, state: State, settings: NodeSettings
) -> None:
    """Delete studies as they become old enough."""
    while not ended.is_set():
        delete_old(store, state, settings, now=time.time())
        ended.wait(_LOOK_S)


def delete_old(store: Store, state: State, settings: NodeSettings, *, now: float) -> None:
    """Delete images and results of studies done or refused whose last image came so many days
    before ``now``, in seconds since the epoch; none whose results still wait to be sent.
    """
    if settings.keep_days:
        state.forget(before=now - settings.keep_days * _DAY_S)
    store.sweep_discarded()
