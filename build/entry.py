"""The packaged program: a verb runs the command line, anything else opens the app."""

import multiprocessing
import os
import runpy
import sys

_NO_TRAINING = """\
error: Found the packaged HEscope, which cannot train or evaluate networks; expected one that can.
do this: Run it from source (README, "Start"): python -m core {verb}
"""
_USAGE_ERROR = 2


def restore_library_path() -> None:
    """Let the browser find its own libraries, not those of the bundle (Linux)."""
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is None:
        os.environ.pop("LD_LIBRARY_PATH", None)
    else:
        os.environ["LD_LIBRARY_PATH"] = before


def main(arguments: list[str]) -> int:
    """Exit code of the app, or of the verb that ``arguments`` begin with."""
    if not arguments or arguments[0].startswith("-"):
        from app.__main__ import main as open_app  # noqa: PLC0415  help of a verb comes at once

        return open_app(["--desktop", *arguments])
    try:
        runpy.run_module("core", run_name="__main__")
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("core.training"):
            raise
        sys.stderr.write(_NO_TRAINING.format(verb=arguments[0]))
        return _USAGE_ERROR
    return 0


if __name__ == "__main__":
    multiprocessing.freeze_support()
    restore_library_path()
    raise SystemExit(main(sys.argv[1:]))
