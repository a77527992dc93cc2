"""``bench PATH``: how long an assessment takes here, and how much memory."""

import argparse
from typing import TYPE_CHECKING

from core.cli.arguments import Verbs, add_json, add_model, add_study
from core.cli.output import print_json, print_lines, shown_progress

if TYPE_CHECKING:
    from core.bench import Benchmark


def add_parser(verbs: Verbs) -> None:
    """Register the verb."""
    parser = verbs.add_parser("bench", help="seconds per stage, peak memory and device")
    add_study(parser)
    add_model(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; the measurements are printed."""
    from core.bench import measure
    from core.cli.chosen_model import chosen_folder, chosen_runtime

    with shown_progress() as progress:
        benchmark = measure(
            arguments.study, chosen_folder(arguments), chosen_runtime(arguments), progress
        )
    if arguments.json:
        print_json(benchmark.document())
    else:
        print_lines(_lines(benchmark))
    return 0


def _lines(benchmark: "Benchmark") -> list[str]:
    networks = benchmark.networks
    return [
        f"Device {benchmark.device}, {benchmark.slices} slices",
        f"{benchmark.model_load_s:8.2f} s  Loading the model",
        *(f"{seconds:8.2f} s  {stage}" for stage, seconds in benchmark.stages_s.items()),
        f"{benchmark.assess_s:8.2f} s  Whole assessment, the model loaded",
        f"{benchmark.peak_memory_mib:8.0f} MiB peak memory",
        f"{networks.runtime_s:8.2f} s  Networks as they run here",
        f"{networks.eager_float32_s:8.2f} s  The same networks in eager float32",
        f"{networks.speedup:8.2f} times as fast",
        f"{benchmark.whatif_ms:8.2f} ms What-if",
    ]
