"""The slice viewer: canvases in the browser that are sent the study once.

``component.py`` hands the study over, ``serving.py`` lets the browser fetch it, ``edited_mask.py``
reads what comes back; the rest is JavaScript.
"""

from app.widgets.slice_viewer.component import Goto, slice_viewer

__all__ = ["Goto", "slice_viewer"]
