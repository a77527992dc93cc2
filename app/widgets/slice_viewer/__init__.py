"""The slice viewer: canvases in the browser that are sent the study once.

``component.py`` hands the study over, ``packing.py`` makes it travel, ``edited_mask.py`` reads what
comes back; the rest is JavaScript.
"""

from app.widgets.slice_viewer.component import Goto, slice_viewer

__all__ = ["Goto", "slice_viewer"]
