from collections.abc import Callable
from pathlib import Path

import pytest

from core.cli import main
from tests.dicom.make import axial_geometry, head_hu, write_ct_series

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """The command line: exit code, stdout and stderr of a call."""

    def run(*argv: str | Path) -> tuple[int, str, str]:
        code = main([str(argument) for argument in argv])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture(scope="session")
def head(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A head CT as a DICOM folder: 24 slices, 5 mm apart."""
    hu = head_hu()
    folder = tmp_path_factory.mktemp("head")
    write_ct_series(hu, axial_geometry(hu.shape), folder, {"SeriesInstanceUID": "1.2.3"})
    return folder
