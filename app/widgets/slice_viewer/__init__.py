"""The slice viewer: a canvas in the browser that is sent the study once.

``component.py`` hands the study over, ``packing.py`` makes it travel; the rest is JavaScript.
"""

from app.widgets.slice_viewer.component import slice_viewer

__all__ = ["slice_viewer"]
