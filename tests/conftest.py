import os

# Before torch is imported: spinning threads starve a busy machine of few cores.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
if "PYTEST_XDIST_WORKER" in os.environ:  # workers share the cores
    os.environ.setdefault("OMP_NUM_THREADS", "1")

import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from core.training.data import Cohort, read_cohort
from tests.models.make import write_untrained_model
from tests.public_table import read_public_table
from tests.training.make import write_labelled_studies, write_phantom_studies


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Converted networks of the tests' models are not for the cache of whoever runs them."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True)
def _process_as_it_was() -> Iterator[None]:
    """A page under test takes the place of ``__main__``, which new processes run; a node's verb
    shuts out other users.
    """
    main, umask = sys.modules["__main__"], os.umask(0o022)
    os.umask(umask)
    yield
    sys.modules["__main__"] = main
    os.umask(umask)


@pytest.fixture(scope="session")
def untrained_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder of small input whose networks know nothing and take every slice for blood."""
    return write_untrained_model(tmp_path_factory.mktemp("untrained-1.2.3"))


@pytest.fixture(scope="session")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    """Six small labelled heads, two of them for validation."""
    return read_cohort(write_labelled_studies(tmp_path_factory.mktemp("cohort")))


@pytest.fixture(scope="session")
def phantoms(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    """Three simulated whole heads with hematomas that can be cut out."""
    return read_cohort(write_phantom_studies(tmp_path_factory.mktemp("phantoms")))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    folder = Path(__file__).parents[1] / "../shared/data"
    if not folder.is_dir():
        pytest.skip("real CT and tables (../shared/data beside the repository) are absent")
    return folder


@pytest.fixture(scope="session")
def public_table(shared_data: Path) -> pd.DataFrame:
    """The 871 patients of Yu 2024; never to be changed."""
    return read_public_table(shared_data)
