"""All engines of this computer on one study: how long each takes, and whether it answers the same.

Each runs in a process of its own, so that its memory is its own, and in turns with eager float32,
so that the ratio of the two is of one moment.
"""

import os
import platform
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal

from core.bench import Benchmark, measure
from core.domain import Assessment
from core.models.runtime import ISA_LIMIT, REFERENCE, Precise, choose_runtime, engines_here
from core.parity import Parity, parity
from core.progress import Progress, silent

Isa = Literal["native", "avx2"]
_LIMITS: Mapping[Isa, Mapping[str, str]] = {
    "native": {},
    "avx2": {ISA_LIMIT: "AVX2", "ATEN_CPU_CAPABILITY": "avx2"},  # oneDNN's, then torch's own
}
_CPU_INFO = Path("/proc/cpuinfo")
_INSTRUCTIONS = ("avx2", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16")


@dataclass(frozen=True, slots=True)
class Compared:
    """One engine: its measurements, and its answers beside the reference's."""

    engine: Precise
    benchmark: Benchmark
    parity: Parity


@dataclass(frozen=True, slots=True)
class Comparison:
    """Engines of a processor, the fastest that is offered first; ``isa`` says if it was limited."""

    processor: str
    instructions: tuple[str, ...]
    isa: Isa
    engines: tuple[Compared, ...]

    def document(self) -> dict[str, Any]:
        """The comparison as JSON values."""
        return asdict(self) | {
            "engines": [
                {
                    "engine": one.engine,
                    **one.benchmark.document(),
                    "parity": asdict(one.parity) | {"passes": one.parity.passes},
                }
                for one in self.engines
            ]
        }


def compare(
    source: Path, model_folder: Path, isa: Isa = "native", progress: Progress = silent
) -> Comparison:
    """Every engine of this processor on one study; ``isa`` has them keep to older instructions."""
    names = [name for name in engines_here() if isa == "native" or name.endswith("float32")]
    found: dict[Precise, tuple[Benchmark, Assessment]] = {}
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as processes:
        for done, name in enumerate(names):
            progress(f"Measuring {name}", done / len(names))
            work = processes.submit(_measured, source, model_folder, name, _LIMITS[isa])
            found[name] = work.result()
    reference = found[REFERENCE][1]
    engines = tuple(
        Compared(name, benchmark, parity(assessment, reference))
        for name, (benchmark, assessment) in found.items()
    )
    return Comparison(*_processor(), isa, engines)


def _measured(
    source: Path, model_folder: Path, engine: Precise, limits: Mapping[str, str]
) -> tuple[Benchmark, Assessment]:
    os.environ.update(limits)  # read when torch and OpenVINO are imported, which comes next
    return measure(source, model_folder, choose_runtime("cpu", engine))


def _processor() -> tuple[str, tuple[str, ...]]:
    """Name of the processor and those of its instructions that matter here, where it tells."""
    try:
        lines = _CPU_INFO.read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor(), ()
    told = dict(line.split("\t", 1) for line in lines if "\t" in line)
    name, flags = (told.get(key, "").lstrip("\t: ") for key in ("model name", "flags"))
    return name, tuple(one for one in _INSTRUCTIONS if one in flags.split())
