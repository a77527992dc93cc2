"""How long an assessment takes on this machine, how much memory, and what the engine gains."""

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.domain import Assessment, ClinicalFindings, ImageFindings
from core.models.engine import Engine
from core.models.folder import Model, load_model
from core.models.preprocessing import prepare, shrunk, stacks
from core.models.runtime import Runtime, described
from core.pipeline import assess
from core.progress import Progress, silent
from core.risk.estimate import estimate

Result = TypeVar("Result")

_BATCH = 4  # of the eager networks too: the comparison is of arithmetic, not of batches
_REPEATS = 3
_WHATIF_CALLS = 200
_PEAK_CHANNELS, _PEAK_PX, _PEAK_REPEATS = 256, 64, 10  # of a convolution, 3 x 3: 5 GFLOP
# A study without much blood would time the second network on next to nothing.
_MIN_SEGMENTED = 12
_PATIENT = ClinicalFindings(age_years=65, gcs=10, fibrinogen_mg_dl=325, onset_to_ct_h=2)
_IMAGE = ImageFindings(ndl=20.0, l5_hu=-18.0)


@dataclass(frozen=True, slots=True)
class NetworkSeconds:
    """Seconds of all networks over one study: as the engine runs them, and plainly.

    ``eager_float32_s`` is of the same weights in float32 and the plain memory layout.  ``gflop`` is
    what they compute, ``peak_gflop_per_s`` what a large convolution reaches here in the engine's
    arithmetic.
    """

    runtime_s: float
    eager_float32_s: float
    gflop: float
    peak_gflop_per_s: float

    @property
    def speedup(self) -> float:
        """How many times as fast the engine is."""
        return self.eager_float32_s / self.runtime_s

    @property
    def share_of_peak(self) -> float:
        """How near the engine comes to that convolution."""
        return self.gflop / self.runtime_s / self.peak_gflop_per_s


@dataclass(frozen=True, slots=True)
class Benchmark:
    """An assessment, measured: the first of a process, and the same again, all being imported.

    ``peak_memory_mib`` is of the process up to the end of the first.
    """

    device: str
    slices: int
    model_load_s: float
    stages_s: dict[str, float]
    assess_s: float
    again_s: float
    peak_memory_mib: float
    networks: NetworkSeconds
    whatif_ms: float

    @property
    def speedup(self) -> float:
        """How many times as fast an assessment is as with the networks in eager float32."""
        networks = self.networks
        return (self.again_s - networks.runtime_s + networks.eager_float32_s) / self.again_s

    def document(self) -> dict[str, Any]:
        """The measurements as JSON values."""
        document = asdict(self) | {"speedup": self.speedup}
        document["networks"] |= {
            "speedup": self.networks.speedup,
            "share_of_peak": self.networks.share_of_peak,
        }
        return document


def measure(
    source: Path, model_folder: Path, runtime: Runtime, progress: Progress = silent
) -> tuple[Benchmark, Assessment]:
    """Measurements of one study and one model on a runtime, and the assessment measured."""
    model, model_load_s = _timed(lambda: load_model(model_folder, runtime))
    assessment, assess_s = _timed(lambda: assess(source, _PATIENT, model, progress=progress))
    peak_memory_mib = _peak_memory_mib()
    progress("Assessing again", 1.0)
    again_s = min(_timed(lambda: assess(source, _PATIENT, model))[1] for _ in range(_REPEATS))
    progress("Comparing with eager float32", 1.0)
    images = prepare(assessment.volume, model.card.input).images
    benchmark = Benchmark(
        device=described(runtime),
        slices=len(assessment.slices),
        model_load_s=model_load_s,
        stages_s=assessment.timings_s,
        assess_s=assess_s,
        again_s=again_s,
        peak_memory_mib=peak_memory_mib,
        networks=compare_networks(model_folder, model, images),
        whatif_ms=_whatif_ms(model),
    )
    return benchmark, assessment


def compare_networks(folder: Path, model: Model, images: NDArray[np.float32]) -> NetworkSeconds:
    """Seconds for all slices through the classifier, and through the rest those that go there.

    images: (slices, S, S).  Both ways take turns, and the fastest turn of each counts: other
    programs of the machine only ever slow one down.
    """
    small = shrunk(images, model.card.input.classifier_px)
    p_hematoma, thresholds = model.engine.classify(small), model.card.thresholds
    segmented = max(int((p_hematoma >= thresholds.slice).sum()), _MIN_SEGMENTED)
    most_likely = np.sort(np.argsort(-p_hematoma)[:segmented])
    likely = images[most_likely] if thresholds.alone_ml is None else images
    plain = _EagerFloat32(folder, model)
    engine_s, plain_s = [], []
    for _ in range(_REPEATS):
        engine_s.append(_timed(lambda: _run_engine(model.engine, small, likely))[1])
        plain_s.append(_timed(lambda: plain.run(small, likely))[1])
    return NetworkSeconds(
        min(engine_s),
        min(plain_s),
        plain.gflop(small, likely),
        _peak_gflop_per_s(model.engine.runtime),
    )


class _EagerFloat32:
    """A model's networks on PyTorch without what makes an engine fast."""

    def __init__(self, folder: Path, model: Model) -> None:
        from core.models.released import read_networks  # noqa: PLC0415  torch

        self._runtime = Runtime(model.engine.runtime.device, bfloat16=False)
        self._networks = [
            network.to(self._runtime.device) for network in read_networks(folder, model.card)
        ]

    def run(self, small: NDArray[np.float32], likely: NDArray[np.float32]) -> None:
        """Run the classifier on all slices, the other networks on the likely ones."""
        import torch  # noqa: PLC0415

        from core.models.torch_networks import inference  # noqa: PLC0415

        stacked = stacks(likely, np.arange(len(likely)))
        for network, slices in zip(self._networks, (small[:, None], stacked), strict=True):
            with inference(network, self._runtime):
                for batch in torch.from_numpy(slices).split(_BATCH):  # (N, C, S, S)
                    network(batch.to(self._runtime.device))
        _wait_for(self._runtime.device)

    def gflop(self, small: NDArray[np.float32], likely: NDArray[np.float32]) -> float:
        """What ``run`` computes: a slice's share is counted, and taken as many times."""
        import torch  # noqa: PLC0415
        from torch.utils.flop_counter import FlopCounterMode  # noqa: PLC0415

        from core.models.torch_networks import inference  # noqa: PLC0415

        total = 0
        firsts = small[:1, None], stacks(likely[:1], np.arange(1))
        counts = len(small), len(likely)
        for network, first, count in zip(self._networks, firsts, counts, strict=True):
            counter = FlopCounterMode(display=False)
            with inference(network, self._runtime), counter:
                network(torch.from_numpy(first).to(self._runtime.device))
            total += count * counter.get_total_flops()
        return total / 1e9


def _peak_gflop_per_s(runtime: Runtime) -> float:
    """What a large convolution reaches in the engine's arithmetic; its fastest turn counts."""
    import torch  # noqa: PLC0415

    options: Any = {
        "dtype": torch.bfloat16 if runtime.bfloat16 else torch.float32,
        "device": runtime.device,
    }
    images = torch.ones(1, _PEAK_CHANNELS, _PEAK_PX, _PEAK_PX, **options)
    weight = torch.ones(_PEAK_CHANNELS, _PEAK_CHANNELS, 3, 3, **options)
    images, weight = (one.to(memory_format=torch.channels_last) for one in (images, weight))

    def convolve() -> None:
        torch.nn.functional.conv2d(images, weight, padding=1)
        _wait_for(runtime.device)

    with torch.inference_mode():
        fastest_s = min(_timed(convolve)[1] for _ in range(_PEAK_REPEATS))
    return 2 * 9 * (_PEAK_CHANNELS * _PEAK_PX) ** 2 / fastest_s / 1e9


def _wait_for(device: str) -> None:
    """Wait for a GPU, which works on after the call has returned."""
    if device == "cuda":
        import torch  # noqa: PLC0415

        torch.cuda.synchronize()


def _run_engine(engine: Engine, small: NDArray[np.float32], likely: NDArray[np.float32]) -> None:
    engine.classify(small)
    engine.expansion(engine.segment(likely, np.ones(len(likely), bool)))


def _whatif_ms(model: Model) -> float:
    """Median milliseconds of one recalculated risk."""
    seconds = [
        _timed(lambda: estimate(_IMAGE, _PATIENT, model.risk))[1] for _ in range(_WHATIF_CALLS)
    ]
    return 1000 * statistics.median(seconds)


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """Result of some work, and the seconds it took."""
    began = time.perf_counter()
    result = work()
    return result, time.perf_counter() - began


def _peak_memory_mib() -> float:
    """Largest resident memory of this process so far, MiB."""
    if sys.platform == "win32":
        import psutil  # noqa: PLC0415  what the other systems' resource module is to them

        return float(psutil.Process().memory_info().peak_wset) / 2**20
    import resource  # noqa: PLC0415  Windows has none

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10  # bytes there, KiB here
