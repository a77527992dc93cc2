"""The few elements of SVG that the charts are made of.

Lengths are pixels of the drawing.  Text and lines take the color of the page's text, so that the
light and the dark theme both follow.
"""

import math
from dataclasses import dataclass

from app.wording import as_html

RAISES, LOWERS = "#D55E00", "#56B4E9"
FONT_PX = 12.5


@dataclass(frozen=True, slots=True)
class Axis:
    """From values to pixels, on a plain or a logarithmic scale; values beyond the ends are cut."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False

    def at(self, value: float) -> float:
        """Pixel of a value."""
        cut = min(max(value, self.low), self.high)
        share = (self._scaled(cut) - self._scaled(self.low)) / (
            self._scaled(self.high) - self._scaled(self.low)
        )
        return round(self.start + share * (self.end - self.start), 1)

    def _scaled(self, value: float) -> float:
        return math.log(value) if self.logarithmic else value


def drawing(width: float, height: float, label: str, *parts: str) -> str:
    """The whole picture; ``label`` says in words what it shows."""
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" role="img" '
        f'aria-label="{as_html(label)}" font-size="{FONT_PX}">{"".join(parts)}</svg>'
    )


def standing_alone(width: float, height: float, label: str, *parts: str) -> str:
    """A picture as a file: black on white, with a font, for any program that reads SVG."""
    background = f'<rect width="{width:g}" height="{height:g}" fill="#fff"/>'
    picture = drawing(width, height, label, background, *parts)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
        'color="#000" font-family="sans-serif"'
    )
    return picture.replace("<svg", head, 1) + "\n"


def text(x: float, y: float, words: str, *, anchor: str = "start", weight: int = 400) -> str:
    """One line of text, standing on ``y``."""
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" font-weight="{weight}" '
        f'fill="currentColor">{as_html(words)}</text>'
    )


def line(x1: float, y1: float, x2: float, y2: float, *, opacity: float = 1, dash: str = "") -> str:
    """A thin straight line."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="currentColor" '
        f'stroke-opacity="{opacity:g}"{dashed}/>'
    )


def bar(x1: float, x2: float, y: float, height: float, color: str) -> str:
    """A horizontal bar between two pixels, in either order."""
    return (
        f'<rect x="{min(x1, x2):g}" y="{y:g}" width="{abs(x2 - x1):g}" height="{height:g}" '
        f'fill="{color}" stroke="currentColor" stroke-width="0.75"/>'
    )


def path(points: list[tuple[float, float]], *, stroke: str = "none", fill: str = "none") -> str:
    """A line through points, or the area inside it."""
    steps = " ".join(f"{x:g},{y:g}" for x, y in points)
    shape = "polygon" if fill != "none" else "polyline"
    opacity = ' fill-opacity="0.22"' if fill != "none" else ""
    return (
        f'<{shape} points="{steps}" stroke="{stroke}" stroke-width="2.2" fill="{fill}"{opacity}/>'
    )


def dot(x: float, y: float, color: str, *, hollow: bool = False, title: str = "") -> str:
    """A round mark, with a tip for the mouse."""
    fill = "var(--st-background-color, none)" if hollow else color
    tip = f"<title>{as_html(title)}</title>" if title else ""
    return (
        f'<circle cx="{x:g}" cy="{y:g}" r="5" fill="{fill}" '
        f'stroke="{color}" stroke-width="2.2">{tip}</circle>'
    )
