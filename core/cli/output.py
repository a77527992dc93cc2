"""What the command line prints: results on stdout, progress on stderr."""

import json
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as ProgressBar

from core.domain import QualityFinding, Risk, RiskEstimate
from core.progress import Progress

_LOG_EVERY_S = 30.0


def print_lines(lines: Iterable[str]) -> None:
    """Print lines of text."""
    sys.stdout.writelines(f"{line}\n" for line in lines)


def print_json(document: Mapping[str, object]) -> None:
    """Print a JSON object."""
    sys.stdout.write(json.dumps(document, indent=2, allow_nan=False) + "\n")


def risk_lines(risk: Risk) -> list[str]:
    """The probabilities with interval and source, one a line."""
    return [
        f"Probability of expansion (95 % CI), base rate {_percent(risk.base_rate)}",
        *(f"  {estimate.kind:<12}{_answer(estimate)}" for estimate in risk.all_estimates),
    ]


def finding_lines(findings: Sequence[QualityFinding]) -> list[str]:
    """What the reader must know, one finding a line."""
    return [f"{f.severity.capitalize()}: {f.message} {f.remedy}" for f in findings]


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """Progress while the work lasts: a bar, or a line now and then where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield _logged()
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with ProgressBar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)

        def show(stage: str, done: float) -> None:
            bar.update(task, description=stage, completed=done)

        yield show


def _logged() -> Progress:
    """A line every half a minute: a log tells that long work goes on, and short work is silent."""
    last = time.monotonic()

    def log(stage: str, done: float) -> None:
        nonlocal last
        if time.monotonic() - last >= _LOG_EVERY_S:
            last = time.monotonic()
            sys.stderr.write(f"{datetime.now():%H:%M:%S} {stage}, {done:.0%}\n")
            sys.stderr.flush()

    return log


def _answer(estimate: RiskEstimate) -> str:
    if estimate.p is None or estimate.ci95 is None:
        return f"not given: {estimate.reason}"
    low, high = (100 * end for end in estimate.ci95)
    return f"{_percent(estimate.p):<6}({low:.0f} to {high:.0f} %)   {estimate.source}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
