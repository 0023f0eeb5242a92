"""A cluster of two nodes on this machine, and runs of the command on it, for tests.

The commands run in the process of the test, and all on one connection to the cluster: Ray starts new processes on every
node for each, and each of them imports for seconds.
"""

import logging
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import psutil  # type: ignore[import-untyped]
from command_line import run_command
from made_abstracts import write_papers
from model_server import ServerHandle

from models.parts import Folder
from models.store import Store


@contextmanager
def ray_cluster() -> Iterator[Any]:
    """Run a cluster of one node, which this process is on, inside the block; `second_node` adds one."""
    # Ray's processes are to be no slower than the others on a busy machine.
    with patch.dict(os.environ, {"RAY_worker_niceness": "0", "RAY_USAGE_STATS_ENABLED": "0"}):
        import ray  # noqa: PLC0415 — heavy
        from ray.cluster_utils import Cluster  # noqa: PLC0415

        nodes = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
        try:
            # While there is no other node: the one that is killed must not be the one that this process is on.
            ray.init(nodes.address, logging_level=logging.ERROR, log_to_driver=False)
            yield nodes
        finally:
            ray.shutdown()
            nodes.shutdown()


def second_node(cluster: Any) -> Any:
    """Return the node of a cluster that may be killed."""
    return next(iter(cluster.worker_nodes), None) or cluster.add_node(num_cpus=1)


def kill(cluster: Any, node: Any) -> None:
    """End a node as where a machine loses its power: nobody is told."""
    cluster.remove_node(node, allow_graceful=False)


@contextmanager
def when(is_time: Callable[[], bool], act: Callable[[], object]) -> Iterator[None]:
    """Do something as soon as it is time for it, while the block goes on, which must not end before."""
    ended = threading.Event()

    def wait() -> bool:
        while not is_time():
            if ended.wait(0.2):
                return False
        act()
        return True

    with ThreadPoolExecutor(1) as threads:
        acted = threads.submit(wait)
        try:
            yield
        finally:
            ended.set()
        assert acted.result()


def asks(node: Any, server: ServerHandle) -> bool:
    """Whether a process of a node has a connection to a server."""
    raylet = psutil.Process(node.all_processes["raylet"][0].process.pid)
    port = urlsplit(server.address).port
    with suppress(psutil.NoSuchProcess):
        return any(
            connection.raddr and connection.raddr.port == port
            for process in raylet.children(recursive=True)
            for connection in process.net_connections("tcp")
        )
    return False


class Runs:
    """Runs of the command with the model of a server, in one folder."""

    def __init__(
        self, folder: Path, server: ServerHandle, key: str, *, papers: int, size: int, concurrency: int
    ) -> None:
        self.folder = folder
        self.server = server
        self.parts = Folder(str(folder / "parts"))
        self._key = key
        self._size = size
        self._concurrency = concurrency
        write_papers(folder / "papers.jsonl", papers)

    def asking(self, *options: str) -> Any:
        """Run `claimboard extract` on this machine."""
        asked = ("--model", "openai/scripted", "--base-url", self.server.base_url)
        bounds = ("--concurrency", str(self._concurrency), *options)
        return run_command(self.folder, "extract", "papers.jsonl", *asked, *bounds, OPENAI_API_KEY=self._key)

    def on_ray(self, *options: str) -> Any:
        """Run it on the cluster."""
        return self.asking("--on", "ray", "--parts", "parts", "--part-size", str(self._size), *options)

    def entries(self) -> list[int]:
        """Return the lines of the source that are in parts."""
        return [reading.entry.line for name in self.parts.names() for reading in self.parts.read(name).readings]

    def load(self) -> Store:
        """Take the parts into a store."""
        loaded = run_command(self.folder, "load", "parts", "--db", "cluster.duckdb")
        assert loaded.returncode == 0, loaded.stderr
        return Store(self.folder / "cluster.duckdb")
