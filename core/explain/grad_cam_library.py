"""grad-cam, imported without what only its other methods need.

The package imports torchvision, scikit-learn and matplotlib for pictures and methods that nobody
asks for here: 1.5 s, and 230 MiB of every process.  Its own modules, and no one else's, find
stand-ins in their place; a call of one fails, loudly.
"""

import builtins
import sys
from collections.abc import Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

__all__ = ["GradCAM"]

_PACKAGE = "pytorch_grad_cam"
_UNUSED = ("matplotlib", "sklearn", "torchvision")


class _Absent:
    """What is imported from a stand-in."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, *_: object, **__: object) -> None:
        raise ImportError(
            f"grad-cam is imported without {self._name} ({__name__}): take it off that list."
        )


class _StandIn(ModuleType):
    """A module from which anything can be imported, and nothing used."""

    def __getattr__(self, name: str) -> _Absent:
        return _Absent(f"{self.__name__}.{name}")


def _import(
    name: str,
    globals_: Mapping[str, object] | None = None,
    locals_: Mapping[str, object] | None = None,
    fromlist: Sequence[str] | None = (),
    level: int = 0,
) -> ModuleType:
    """What ``import`` means in the package."""
    if level == 0 and name.partition(".")[0] in _UNUSED:
        return _StandIn(name)
    return builtins.__import__(name, globals_, locals_, fromlist, level)


class _Loader(Loader):
    """Loads a module of the package as its own loader does, with that ``import``."""

    def __init__(self, own: Loader) -> None:
        self._own = own

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._own.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        # Where ``exec`` looks for built-in names, as the documentation of ``exec`` has it.
        vars(module)["__builtins__"] = vars(builtins) | {"__import__": _import}
        self._own.exec_module(module)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)


class _Finder(MetaPathFinder):
    """Finds the package's modules as others do, and has them loaded so."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] != _PACKAGE:
            return None
        others = [finder for finder in sys.meta_path if finder is not self]
        specs = (finder.find_spec(fullname, path, target) for finder in others)
        spec = next((spec for spec in specs if spec), None)
        if spec and spec.loader:
            spec.loader = _Loader(spec.loader)
        return spec


# It stays: a thread that is importing goes through this list, and would miss the finder behind one
# that is taken out.
sys.meta_path.insert(0, _Finder())

from pytorch_grad_cam import GradCAM  # noqa: E402
