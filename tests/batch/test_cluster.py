"""Ray on this machine: two nodes of one core each, of which one is killed midway."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytest_socket import socket_allow_hosts

from core.batch.batch import assess_batch
from core.batch.cluster import ray_cluster
from core.batch.work import BatchWork
from core.cohort.table import CohortTable
from core.errors import UsageError
from tests.batch.make import in_this_process

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
try:
    import ray
    from ray.cluster_utils import Cluster
except ImportError:
    if "CI" in os.environ:
        raise
    pytest.skip("Ray is absent (pip install --group cluster)", allow_module_level=True)

_NODE = {"num_cpus": 1, "object_store_memory": 100 * 2**20}


@pytest.fixture
def cluster() -> Iterator[Any]:
    made = Cluster(initialize_head=True, head_node_args=_NODE | {"include_dashboard": False})
    made.add_node(**_NODE)
    host = made.address.rpartition(":")[0]  # an address of this computer that is not 127.0.0.1
    socket_allow_hosts([host, "127.0.0.1"], allow_unix_socket=True)
    yield made
    ray.shutdown()
    made.shutdown()


def test_cluster_makes_the_same_table_though_a_node_is_killed(
    cluster: Any, studies: Path, table: CohortTable, work: BatchWork, tmp_path: Path
) -> None:
    alone = assess_batch(table, studies, work, pool=in_this_process)
    killed = []

    def kill_a_node(stage: str, done: float) -> None:
        if done and not killed:
            killed.append(sorted(cluster.worker_nodes)[0])
            cluster.remove_node(killed[0], allow_graceful=False)

    on_ray = replace(work, folder=tmp_path / "ray")
    pool = ray_cluster(cluster.address)
    lines = assess_batch(table, studies, on_ray, pool=pool, progress=kill_a_node)
    assert killed
    assert lines == alone
    one, other = (folder / "results.csv" for folder in (work.folder, on_ray.folder))
    assert one.read_bytes() == other.read_bytes()


def test_address_without_a_cluster_is_refused() -> None:
    with pytest.raises(UsageError, match="Found no Ray cluster at"):
        ray_cluster("127.0.0.1:1")
