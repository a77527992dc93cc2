import pytest

from core.simulate.phantom import Phantom, PhantomSettings, simulate_head

# The example's hematoma spans about z -20 to 30 mm: 12 slices of 5 mm hold it whole.
SMALL = PhantomSettings(matrix=128, n_slices=12, lowest_slice_mm=-26.0)


@pytest.fixture(scope="session")
def small_settings() -> PhantomSettings:
    return SMALL


@pytest.fixture(scope="session")
def small_phantom() -> Phantom:
    return simulate_head(SMALL, seed=5)
