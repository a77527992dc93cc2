"""The paper's Fig. 3, and a decision curve."""

import numpy as np
import plotly.graph_objects as go

from core.domain import MODEL_KINDS
from core.report.colors import MODEL_COLORS
from core.stats.calibration_curve import calibration_curve
from core.stats.decision_curve import decision_curve
from core.stats.roc import roc_points
from core.study.analysis import Analysis
from core.study.result import StudyFigure

_BINS = 5  # of about twenty test patients each, as many as the paper's test set bears


def figures(analysis: Analysis) -> tuple[StudyFigure, ...]:
    """ROC curves (Fig. 3a), calibration plot (Fig. 3b), decision curve."""
    return roc(analysis), calibration(analysis), decision(analysis)


def roc(analysis: Analysis) -> StudyFigure:
    """ROC curves of the three models on the test patients."""
    figure = go.Figure()
    for kind in MODEL_KINDS:
        tested = analysis.tested[kind]
        false_positive, true_positive = roc_points(tested.outcome, tested.risk)
        name = f"{kind.capitalize()}-to-HE, AUC {tested.auc.auc:.2f}"
        _line(figure, false_positive, true_positive, name, MODEL_COLORS[kind])
    _diagonal(figure)
    _axes(figure, "1 - specificity", "Sensitivity")
    return StudyFigure("figure_3a", "Figure 3a: ROC curves", figure, "On the test patients.")


def calibration(analysis: Analysis) -> StudyFigure:
    """Observed frequency by predicted risk, with Wilson intervals."""
    figure = go.Figure()
    for kind in MODEL_KINDS:
        tested = analysis.tested[kind]
        bins = calibration_curve(tested.outcome, tested.risk, n_bins=_BINS)
        figure.add_scatter(
            x=[found.predicted for found in bins],
            y=[found.observed for found in bins],
            error_y={
                "array": [found.ci95[1] - found.observed for found in bins],
                "arrayminus": [found.observed - found.ci95[0] for found in bins],
            },
            mode="lines+markers",
            name=f"{kind.capitalize()}-to-HE",
            line={"color": MODEL_COLORS[kind]},
        )
    _diagonal(figure)
    _axes(figure, "Predicted risk", "Observed frequency")
    words = f"Test patients in {_BINS} groups of rising risk; bars are 95 % intervals."
    return StudyFigure("figure_3b", "Figure 3b: calibration", figure, words)


def decision(analysis: Analysis) -> StudyFigure:
    """Net benefit of acting on each model, on all, and on none."""
    thresholds = np.linspace(0.02, 0.6, 59)
    figure = go.Figure()
    for kind in MODEL_KINDS:
        tested = analysis.tested[kind]
        curve = decision_curve(tested.outcome, tested.risk, thresholds)
        name = f"{kind.capitalize()}-to-HE"
        _line(figure, curve.thresholds, curve.model, name, MODEL_COLORS[kind])
    _line(figure, thresholds, curve.treat_all, "Act on all", "gray")
    figure.add_hline(y=0, line_color="black")
    figure.update_layout(
        height=430, xaxis_title="Threshold", yaxis_title="Net benefit", template="plotly_white"
    )
    figure.update_yaxes(range=[-0.05, None])
    words = "Net benefit per test patient; acting on none has 0 throughout."
    return StudyFigure("decision_curve", "Decision curve", figure, words)


def _line(figure: go.Figure, x: np.ndarray, y: np.ndarray, name: str, color: str) -> None:
    figure.add_scatter(x=x, y=y, mode="lines", name=name, line={"color": color})


def _diagonal(figure: go.Figure) -> None:
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"color": "#b03030", "dash": "dot"}, showlegend=False
    )


def _axes(figure: go.Figure, x: str, y: str) -> None:
    figure.update_layout(
        width=620, height=520, xaxis_title=x, yaxis_title=y, template="plotly_white"
    )
    figure.update_xaxes(range=[0, 1])
    figure.update_yaxes(range=[0, 1.02])
