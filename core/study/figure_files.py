"""Figures of a study as files for a manuscript: curves as SVG, slices as PNG."""

import io
import threading

import matplotlib as mpl
import plotly.graph_objects as go
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from core.report.provenance import SIMULATED_COHORT
from core.study.result import StudyFigure, StudyPanels, StudyResult

_INCHES = (6.2, 5.2)
_DASHES = {None: "-", "dot": ":"}
_PICTURES = ("scan", "outline", "activation")
_ONE_AT_A_TIME = threading.Lock()  # matplotlib's settings are the process's


def figure_files(result: StudyResult) -> dict[str, bytes]:
    """Content of each file by its name; a simulated cohort is in the name and in the curves."""
    head = "simulated_" if result.simulated else ""
    with _ONE_AT_A_TIME:
        curves = {
            f"{head}{shown.name}.svg": _svg(shown, simulated=result.simulated)
            for shown in result.figures
        }
    return curves | {f"{head}{name}": png for name, png in _pictures(result.panels).items()}


def _pictures(panels: StudyPanels) -> dict[str, bytes]:
    return {
        f"{panels.name}_{number}_{picture}.png": png
        for number, panel in enumerate(panels.panels, 1)
        for picture, png in zip(_PICTURES, panel.pictures, strict=True)
    }


def _svg(shown: StudyFigure, *, simulated: bool) -> bytes:
    """The curves of a Plotly figure, drawn without a browser."""
    figure = Figure(figsize=_INCHES, layout="constrained")
    axes: Axes = figure.subplots()
    for trace in shown.figure.data:
        _draw(axes, trace)
    layout = shown.figure.layout
    for line in layout.shapes:
        axes.axhline(line.y0, color="black", linewidth=1)
    axes.set_xlabel(layout.xaxis.title.text)
    axes.set_ylabel(layout.yaxis.title.text)
    axes.set_xlim(*(layout.xaxis.range or (None, None)))
    axes.set_ylim(*(layout.yaxis.range or (None, None)))
    axes.legend(frameon=False)
    axes.set_title(SIMULATED_COHORT if simulated else "", fontsize="medium")
    content = io.BytesIO()
    # Text as text, and the same study always the same file.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": shown.name}):
        FigureCanvasSVG(figure).print_figure(
            content, format="svg", metadata={"Date": None, "Title": shown.title}
        )
    return content.getvalue()


def _draw(axes: Axes, trace: go.Scatter) -> None:
    """A line, with its markers and intervals where it has them."""
    marked = "markers" in trace.mode
    bars = trace.error_y
    axes.errorbar(
        trace.x,
        trace.y,
        yerr=None if bars.array is None else (bars.arrayminus, bars.array),
        color=trace.line.color,
        linestyle=_DASHES[trace.line.dash],
        marker="o" if marked else None,
        label=trace.name or "_unnamed",
    )
