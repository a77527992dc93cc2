"""Where the networks run, by which engine and in which arithmetic: chosen here, named here.

OpenVINO runs the large networks on processors; PyTorch trains, runs on CUDA, explains (Grad-CAM)
and is the reference that OpenVINO is held against.  Nothing here imports torch unless it must: that
takes a second, which the first page of the app does not have.
"""

import ctypes
import os
import sys
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import psutil

from core.errors import UsageError

if TYPE_CHECKING:
    import torch

DeviceName: TypeAlias = Literal["auto", "cpu", "cuda"]
Precise: TypeAlias = Literal[
    "openvino-bfloat16", "openvino-float32", "pytorch-bfloat16", "pytorch-float32"
]
EngineName: TypeAlias = Literal["auto"] | Precise
PRECISE: tuple[Precise, ...] = get_args(Precise)
"""What can be asked for; "auto" is the first of them that this computer has."""
REFERENCE: Precise = "pytorch-float32"

ISA_LIMIT = "ONEDNN_MAX_CPU_ISA"
"""Environment variable that has the convolutions of both engines keep to older instructions."""

_BFLOAT16 = "bfloat16"
_CAPABILITIES = "OPTIMIZATION_CAPABILITIES"
_NVIDIA_DRIVER = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"


@dataclass(frozen=True, slots=True)
class Runtime:
    """Where the networks run and in which arithmetic.

    ``bfloat16`` is for convolutions, where the processor has it (about twice as fast); weights stay
    float32 and results come back as float32.  ``openvino`` runs classifier and U-Net on OpenVINO;
    the small expansion head runs on PyTorch in float32, whatever the rest does.
    """

    device: Literal["cpu", "cuda"]
    bfloat16: bool
    openvino: bool = False

    @property
    def engine(self) -> str:
        """Program and arithmetic, for a person; every result names it."""
        program = "OpenVINO" if self.openvino else "PyTorch"
        return f"{program} {_BFLOAT16 if self.bfloat16 else 'float32'}"

    def autocast(self) -> "torch.autocast":
        """Context in which PyTorch's networks compute."""
        import torch  # noqa: PLC0415  see above

        return torch.autocast(self.device, torch.bfloat16, enabled=self.bfloat16)


def choose_runtime(device: DeviceName = "auto", engine: EngineName = "auto") -> Runtime:
    """Runtime of a device and an engine.

    "auto" is CUDA where there is one, with PyTorch; else the fastest engine that this processor has
    and that passed parity (``tests/models/test_parity.py``).

    Raises
    ------
    UsageError
        What was asked for is not on this computer.
    """
    if device != "cpu" and not engine.startswith("openvino") and _has_cuda():
        return _on_cuda(engine)
    if device == "cuda":
        raise _no_cuda(engine)
    if engine == "auto":
        return Runtime("cpu", processor_has_bfloat16(), openvino=True)
    if engine.endswith(_BFLOAT16) and not processor_has_bfloat16():
        raise UsageError(
            f"--engine {engine} found, but this processor has no bfloat16.",
            f"Use --engine {engine.replace(_BFLOAT16, 'float32')}, or leave it out.",
        )
    return Runtime("cpu", engine.endswith(_BFLOAT16), openvino=engine.startswith("openvino"))


def training_runtime(device: DeviceName = "auto") -> Runtime:
    """PyTorch on a device, in the fastest arithmetic that it has: to train, export and release.

    Raises
    ------
    UsageError
        CUDA was asked for and there is none.
    """
    if device == "cuda" or (device == "auto" and _has_cuda()):
        return choose_runtime("cuda")
    return Runtime("cpu", processor_has_bfloat16())


def engines_here() -> tuple[Precise, ...]:
    """Engines that this processor has, the fastest first."""
    return tuple(
        name for name in PRECISE if not name.endswith(_BFLOAT16) or processor_has_bfloat16()
    )


def threads() -> int:
    """Threads of the networks on the processor, as torch has it: OMP_NUM_THREADS, or its cores."""
    asked = os.environ.get("OMP_NUM_THREADS", "")
    if asked.isdigit() and int(asked):
        return int(asked)
    mine = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(mine or 1, psutil.cpu_count(logical=False) or mine or 1)


def described(runtime: Runtime) -> str:
    """Runtime in words, for a person."""
    if runtime.device == "cuda":
        import torch  # noqa: PLC0415  see above

        return f"{torch.cuda.get_device_name(runtime.device)}, {runtime.engine}"
    return f"CPU, {threads()} threads, {runtime.engine}"


@cache
def processor_has_bfloat16() -> bool:
    """Whether bfloat16 convolutions are done by the processor and not emulated."""
    import openvino  # noqa: PLC0415  a quarter of a second, not for --help

    limited = os.environ.get(ISA_LIMIT, "ALL") != "ALL"
    return not limited and "BF16" in openvino.Core().get_property("CPU", _CAPABILITIES)


def _on_cuda(engine: EngineName) -> Runtime:
    import torch  # noqa: PLC0415  see above

    has_bfloat16 = torch.cuda.is_bf16_supported()
    if engine == "pytorch-bfloat16" and not has_bfloat16:
        raise UsageError(
            "--engine pytorch-bfloat16 found, but this CUDA device has no bfloat16.",
            "Use --engine pytorch-float32, or leave it out.",
        )
    return Runtime("cuda", has_bfloat16 and engine != REFERENCE)


def _no_cuda(engine: EngineName) -> UsageError:
    if engine.startswith("openvino"):
        return UsageError(
            f"--engine {engine} with --device cuda found; OpenVINO runs on the processor.",
            "Use --device cpu, or an engine of PyTorch.",
        )
    return UsageError(
        "Found no CUDA device (or a CPU build of torch), expected one.",
        "Use --device cpu, or install a CUDA build of torch and its driver.",
    )


def _has_cuda() -> bool:
    """Whether torch can use a CUDA device; torch is asked only where there is a driver."""
    try:
        ctypes.CDLL(_NVIDIA_DRIVER)
    except OSError:
        return False
    import torch  # noqa: PLC0415  see above

    return torch.cuda.is_available()
