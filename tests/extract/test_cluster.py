"""A cluster reads as one machine does: also where a node dies, nothing is lost and nothing is twice."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from made_abstracts import write_papers
from real_command import COMMAND, claimboard, environment

from models.parts import Folder
from models.store import Store

PAPERS, SIZE = 240, 10

READINGS = """
    SELECT paper_id, status, mention_count, list(claim_id ORDER BY claims.position) AS claims
    FROM store.outcomes LEFT JOIN store.claims USING (paper_id, fingerprint) GROUP BY ALL ORDER BY ALL
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two nodes on this machine, with a core each."""
    # Ray's processes are to be patient with a busy machine, and no slower than the others on it.
    os.environ |= {"RAY_worker_niceness": "0", "RAY_USAGE_STATS_ENABLED": "0"}
    from ray.cluster_utils import Cluster  # noqa: PLC0415 — heavy

    nodes = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    nodes.add_node(num_cpus=1)
    yield nodes
    nodes.shutdown()


def extract(folder: Path, address: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [COMMAND, "extract", "papers.jsonl", "--on", "ray", "--parts", "parts", "--part-size", str(SIZE), "--json"],
        cwd=folder,
        env=environment() | {"RAY_ADDRESS": address},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_cluster_whose_node_is_killed_reads_all_papers_once(cluster: Any, tmp_path: Path) -> None:
    write_papers(tmp_path / "papers.jsonl", PAPERS)
    run = extract(tmp_path, cluster.address)
    folder = Folder(str(tmp_path / "parts"))
    while len(folder.names()) < 3:
        assert run.poll() is None, run.communicate()[1]
        time.sleep(0.1)
    [worker] = cluster.worker_nodes
    # As where a machine loses its power: nobody is told.
    cluster.remove_node(worker, allow_graceful=False)
    output, errors = run.communicate()
    assert run.returncode == 0, errors
    told = json.loads(output)
    assert (told["nodes"], told["entries"], told["read"], told["failed"]) == (2, PAPERS, PAPERS, 0)
    names = folder.names()
    assert len(names) == len({name.asked for name in names}) == PAPERS // SIZE

    assert claimboard(tmp_path, "load", "parts", "--db", "cluster.duckdb").returncode == 0
    assert claimboard(tmp_path, "extract", "papers.jsonl", "--db", "alone.duckdb").returncode == 0
    alone = Store(tmp_path / "alone.duckdb").query(READINGS)
    assert alone.num_rows == PAPERS
    assert Store(tmp_path / "cluster.duckdb").query(READINGS) == alone

    # The same command reads only what is in no part: here, the chunk of a part that is gone.
    (tmp_path / "parts" / str(names[4])).unlink()
    again = extract(tmp_path, cluster.address)
    output, errors = again.communicate()
    assert again.returncode == 0, errors
    assert (json.loads(output)["read"], json.loads(output)["already_done"]) == (SIZE, PAPERS - SIZE)
    assert folder.names() == names


def test_a_source_that_is_not_understood_is_named_and_the_others_are_read(cluster: Any, tmp_path: Path) -> None:
    write_papers(tmp_path / "papers.jsonl", 5)
    (tmp_path / "bad.jsonl").write_text('{"title": "No abstract"}\n')
    done = subprocess.run(
        [COMMAND, "extract", "bad.jsonl", "papers.jsonl", "gone.csv", "--on", "ray", "--parts", "parts"],
        cwd=tmp_path,
        env=environment() | {"RAY_ADDRESS": cluster.address},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "bad.jsonl:1:" in done.stderr
    assert "gone.csv: no such file" in done.stderr
    assert "5 in" in done.stdout
    [name] = Folder(str(tmp_path / "parts")).names()
    part = Folder(str(tmp_path / "parts")).read(name)
    assert {reading.entry.location for reading in part.readings} == {"papers.jsonl"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--model", "openai/gpt-5-mini"), "only the rules read on a cluster"),
        (("--extractor", "llm"), "only the rules read on a cluster"),
        (("--force",), "--force: not with --on ray"),
        (("--limit", "3"), "--limit: not with --on ray"),
        (("--concurrency", "3"), "--concurrency: the extractor rules asks no model"),
        ((), "no other node sees standard input"),
    ],
)
def test_what_cannot_be_read_on_a_cluster_is_said_in_one_line(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = claimboard(tmp_path, "extract", "-", "--on", "ray", "--parts", "parts", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_parts_belong_to_a_cluster(tmp_path: Path) -> None:
    write_papers(tmp_path / "papers.jsonl", 1)
    assert "--on ray: where to?" in claimboard(tmp_path, "extract", "papers.jsonl", "--on", "ray").stderr
    assert "only with --on ray" in claimboard(tmp_path, "extract", "papers.jsonl", "--parts", "parts").stderr
