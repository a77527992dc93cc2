"""``bench PATH``: how long an assessment takes here, and how much memory."""

import argparse
from typing import TYPE_CHECKING

from core.cli.arguments import Verbs, add_json, add_model, add_study
from core.cli.output import print_json, print_lines, shown_progress
from core.errors import UsageError

if TYPE_CHECKING:
    from core.bench import Benchmark
    from core.compare import Compared, Comparison


def add_parser(verbs: Verbs) -> None:
    """Register the verb."""
    parser = verbs.add_parser("bench", help="seconds per stage, peak memory and device")
    add_study(parser)
    add_model(parser)
    parser.add_argument(
        "--compare", action="store_true", help="all engines of this processor, in one table"
    )
    parser.add_argument(
        "--isa",
        choices=("native", "avx2"),
        default="native",
        help="with --compare: avx2 shows what a processor without AVX-512 would take",
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; the measurements are printed."""
    if arguments.compare:
        return _compare(arguments)
    if arguments.isa != "native":
        raise UsageError("--isa found without --compare.", "Add --compare, or leave out --isa.")

    from core.bench import measure
    from core.cli.chosen_model import chosen_folder, chosen_runtime

    with shown_progress() as progress:
        benchmark, _ = measure(
            arguments.study, chosen_folder(arguments), chosen_runtime(arguments), progress
        )
    if arguments.json:
        print_json(benchmark.document())
    else:
        print_lines(_lines(benchmark))
    return 0


def _compare(arguments: argparse.Namespace) -> int:
    from core.cli.chosen_model import chosen_folder
    from core.compare import compare

    if arguments.engine != "auto" or arguments.device == "cuda":
        raise UsageError(
            "--compare with --engine or --device cuda found; it compares all engines of the "
            "processor.",
            "Leave them out.",
        )
    with shown_progress() as progress:
        comparison = compare(arguments.study, chosen_folder(arguments), arguments.isa, progress)
    if arguments.json:
        print_json(comparison.document())
    else:
        print_lines(_table(comparison))
    return 0


def _lines(benchmark: "Benchmark") -> list[str]:
    networks = benchmark.networks
    return [
        f"Device {benchmark.device}, {benchmark.slices} slices",
        f"{benchmark.model_load_s:8.2f} s  Loading the model",
        *(f"{seconds:8.2f} s  {stage}" for stage, seconds in benchmark.stages_s.items()),
        f"{benchmark.assess_s:8.2f} s  Whole assessment, the model loaded",
        f"{benchmark.again_s:8.2f} s  The same again",
        f"{benchmark.peak_memory_mib:8.0f} MiB peak memory",
        f"{networks.runtime_s:8.2f} s  Networks as they run here",
        f"{networks.eager_float32_s:8.2f} s  The same networks in eager float32",
        f"{networks.speedup:8.2f} times as fast",
        f"{100 * networks.share_of_peak:8.0f} % of what a large convolution reaches here",
        f"{benchmark.speedup:8.2f} times as fast: the whole assessment, again",
        f"{benchmark.whatif_ms:8.2f} ms What-if",
    ]


def _table(comparison: "Comparison") -> list[str]:
    first = comparison.engines[0].benchmark
    limited = "" if comparison.isa == "native" else f", limited to {comparison.isa}"
    return [
        f"{comparison.processor} ({', '.join(comparison.instructions)}){limited}",
        f"{first.device.rpartition(', ')[0]}, {first.slices} slices; seconds",
        "engine             load  assess  again  networks  eager float32  ratio  whole  peak   MiB",
        *(_row(one) for one in comparison.engines),
        "",
        "against pytorch-float32  slice p  mask Dice  volume  DL score    risk  passes",
        *(_parity_row(one) for one in comparison.engines),
        "",
        "stages " + "".join(f"{one.engine:>19}" for one in comparison.engines),
        *(
            "       "
            + "".join(f"{one.benchmark.stages_s[stage]:19.2f}" for one in comparison.engines)
            + f"  {stage}"
            for stage in first.stages_s
        ),
    ]


def _row(one: "Compared") -> str:
    found = one.benchmark
    return (
        f"{one.engine:<17}{found.model_load_s:6.2f}{found.assess_s:8.2f}{found.again_s:7.2f}"
        f"{found.networks.runtime_s:10.2f}{found.networks.eager_float32_s:15.2f}"
        f"{found.networks.speedup:7.2f}{found.speedup:7.2f}"
        f"{100 * found.networks.share_of_peak:4.0f} %{found.peak_memory_mib:6.0f}"
    )


def _parity_row(one: "Compared") -> str:
    found = one.parity
    return (
        f"{one.engine:<25}{found.p_slice:7.4f}{found.dice:11.4f}{found.volume:8.4f}"
        f"{found.dl_score:10.4f}{found.p:8.4f}{'yes' if found.passes else 'no':>8}"
    )
