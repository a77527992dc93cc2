"""How far each finding alone could move the risk, the strongest first."""

from collections.abc import Sequence

from app.widgets.charts.svg import LOWERS, RAISES, Axis, bar, drawing, line, text
from app.wording import named
from core.report.digits import percent
from core.risk.whatif import Swing

_WIDTH, _ROW, _LABELS = 330, 30, 14


def tornado_chart(swings: Sequence[Swing], p_now: float) -> str:
    """SVG of the swings around the patient's risk."""
    height = _LABELS + _ROW * len(swings) + 24
    x = Axis(0, 1, 6, _WIDTH - 8)
    rows = [part for number, swing in enumerate(swings) for part in _row(swing, number, x, p_now)]
    ticks = [
        text(x.at(t), height - 3, f"{100 * t:.0f}%", anchor="middle" if 0 < t < 1 else end)
        for t, end in ((0, "start"), (0.25, ""), (0.5, ""), (0.75, ""), (1, "end"))
    ]
    label = "; ".join(f"{s.label} {percent(min(s.p))} to {percent(max(s.p))}" for s in swings)
    now = "".join(
        line(x.at(p_now), top + 2, x.at(p_now), top + 16, dash="3 3")
        for top in range(_LABELS, _LABELS + _ROW * len(swings), _ROW)
    )
    return drawing(
        _WIDTH, height, f"Risk over each finding's plausible range: {label}", *rows, now, *ticks
    )


def _row(swing: Swing, number: int, x: Axis, p_now: float) -> list[str]:
    top = _LABELS + _ROW * number
    least, most = sorted(swing.p)
    # Where the patient lies outside the range, the whole bar is on one side of the line.
    turn = min(max(p_now, least), most)
    bars = [
        bar(x.at(least), x.at(turn), top + 4, 10, LOWERS),
        bar(x.at(turn), x.at(most), top + 4, 10, RAISES),
    ]
    low, high = (named(swing.variable, value) for value in swing.values)
    words = f"{swing.label}  {low} to {high}"
    return [text(x.start, top, words), *bars]
