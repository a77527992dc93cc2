"""Axes with ticks and titles, around curves and dots."""

import math
from collections.abc import Sequence

from app.widgets.charts.svg import Axis, drawing, line, text

WIDTH, HEIGHT = 420, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, WIDTH - 20, 12, HEIGHT - 44
_STEPS = (0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 20, 25, 50, 100)


def across(low: float, high: float) -> Axis:
    """The axis from left to right."""
    return Axis(low, high, _LEFT, _RIGHT)


def upwards(low: float, high: float) -> Axis:
    """The axis from bottom to top."""
    return Axis(low, high, _BOTTOM, _TOP)


def diagonal() -> str:
    """From corner to corner: chance, or perfect calibration."""
    return line(_LEFT, _BOTTOM, _RIGHT, _TOP, opacity=0.4, dash="4 4")


def points(x: Axis, y: Axis, xs: Sequence[float], ys: Sequence[float]) -> list[tuple[float, float]]:
    """Pixels of values."""
    return [(x.at(a), y.at(b)) for a, b in zip(xs, ys, strict=True)]


def framed(
    label: str, x_title: str, y_title: str, marks: Sequence[str], parts: Sequence[str]
) -> str:
    """SVG of ticks and what they measure, with titles; ``label`` says in words what it shows."""
    middle = (_TOP + _BOTTOM) / 2
    return drawing(
        WIDTH,
        HEIGHT,
        label,
        *marks,
        *parts,
        text((_LEFT + _RIGHT) / 2, HEIGHT - 8, x_title, anchor="middle", weight=600),
        f'<g transform="rotate(-90 12 {middle:g})">'
        f"{text(12, middle, y_title, anchor='middle', weight=600)}</g>",
    )


def ticks(x: Axis, y: Axis, *, x_format: str = ".0%", y_format: str = ".0%") -> list[str]:
    """Lines and numbers at round values along both axes."""
    parts = []
    for value in _round_values(x):
        parts.append(line(x.at(value), _BOTTOM, x.at(value), _TOP, opacity=0.12))
        parts.append(text(x.at(value), _BOTTOM + 16, format(value, x_format), anchor="middle"))
    for value in _round_values(y):
        parts.append(line(_LEFT, y.at(value), _RIGHT, y.at(value), opacity=0.12))
        parts.append(text(_LEFT - 5, y.at(value) + 4, format(value, y_format), anchor="end"))
    return parts


def _round_values(axis: Axis) -> list[float]:
    """Round values along an axis, about five of them."""
    step = next(s for s in _STEPS if (axis.high - axis.low) / s <= 6 or s == _STEPS[-1])
    first = math.ceil(axis.low / step - 1e-9)
    return [place * step for place in range(first, math.floor(axis.high / step + 1e-9) + 1)]
