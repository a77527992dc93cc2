"""L5 against stored values of PyRadiomics, whose Gaussian is ITK's recursive approximation."""

import json
from pathlib import Path

import pytest
from scipy.stats import spearmanr

from core.imaging.laplacian import filter_hematoma
from tests.imaging.pyradiomics.phantoms import NAMES, simulate

REFERENCE = json.loads(
    (Path(__file__).parent / "pyradiomics" / "reference.json").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def l5_hu() -> dict[str, float]:
    found = {}
    for name in NAMES:
        phantom = simulate(name)
        assert int(phantom.hematoma.sum()) == REFERENCE[name]["voxels"]  # the same phantom
        filtered = filter_hematoma(phantom.hu, phantom.hematoma, phantom.geometry)
        assert filtered is not None
        found[name] = filtered.l5_hu
    return found


@pytest.mark.parametrize("name", NAMES)
def test_l5_is_that_of_pyradiomics_on_the_grid_of_the_scanner(
    l5_hu: dict[str, float], name: str
) -> None:
    assert l5_hu[name] == pytest.approx(REFERENCE[name]["scanner_grid"], abs=0.3)  # HU; SD 3.5


@pytest.mark.parametrize("grid", ["scanner_grid", "one_mm"])
def test_l5_ranks_hematomas_as_pyradiomics_does(l5_hu: dict[str, float], grid: str) -> None:
    theirs = [REFERENCE[name][grid] for name in NAMES]
    assert spearmanr([l5_hu[name] for name in NAMES], theirs).statistic == pytest.approx(1.0)
