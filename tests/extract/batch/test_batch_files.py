"""Requests and results as files: `batch export`, any batch runner, `batch import`."""

import json
import subprocess
from pathlib import Path
from typing import Any

import claim_responder
import pytest
from command_line import run_command

from extract.batch.requests import Limits, RequestName, request_files
from extract.llm.marked import MarkedPaper
from extract.llm.prices import price_of
from extract.llm.server import Server
from models.paper import Paper
from models.store import Store

Json = dict[str, Any]
MANY = " ".join(f"On Set{number} we reach {number}.5% accuracy." for number in range(1, 31))


def batch(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_command(folder, "batch", *arguments)


def exported(folder: Path, *abstracts: str) -> list[Json]:
    """Export papers, and return the requests."""
    entries = [{"title": f"Foo{number}: a paper", "abstract": text} for number, text in enumerate(abstracts, start=1)]
    (folder / "papers.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    done = batch(folder, "export", "papers.jsonl", "--model", "openai/gpt-5-mini", "-o", "requests.jsonl")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in (folder / "requests.jsonl").read_text().splitlines()]


def answered(request: Json) -> Json:
    """Answer a request as a batch runner does."""
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": json.dumps(claim_responder.respond(request["body"]))},
        "finish_reason": "stop",
    }
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": request["body"]["model"],
        "choices": [choice],
        "usage": {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100},
    }
    return {
        "id": "vllm-1",
        "custom_id": request["custom_id"],
        "response": {"status_code": 200, "request_id": "r", "body": body},
        "error": None,
    }


def refused(request: Json) -> Json:
    error = {"object": "error", "message": "too long", "code": 400}
    return {
        "id": "x",
        "custom_id": request["custom_id"],
        "response": {"status_code": 400, "body": None},
        "error": error,
    }


def imported(folder: Path, *files: list[Json] | str, code: int = 0) -> Json:
    names = []
    for number, content in enumerate(files):
        text = content if isinstance(content, str) else "".join(json.dumps(line) + "\n" for line in content)
        (folder / f"results-{number}.jsonl").write_text(text)
        names.append(f"results-{number}.jsonl")
    done = batch(folder, "import", *names, "--json")
    assert done.returncode == code, done.stderr
    result: Json = json.loads(done.stdout)
    return result


TAKEN = "SELECT paper_count, calls, tokens_in FROM ledger"


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with Store(folder / "claims.duckdb").read() as connection:
        return connection.execute(sql).fetchall()


def score(number: int) -> str:
    return f"Foo{number} reaches {50 + number}.5% accuracy on BarBench."


def test_requests_go_out_and_results_come_in_without_any_server(tmp_path: Path) -> None:
    requests = exported(tmp_path, score(1), MANY, "It has no number.")
    assert [(line["method"], line["url"]) for line in requests] == [("POST", "/v1/chat/completions")] * 3
    assert all(len(line["custom_id"]) <= 64 for line in requests)
    results = [answered(request) for request in requests]
    result = imported(tmp_path, results[::-1])
    assert (result["done"], result["claims"], result["pending"]) == (2, 31, 0)
    price = price_of("openai/gpt-5-mini")
    assert price
    assert result["cost_usd"] == pytest.approx(3 * price.cost(1000, 100) / 2)


def test_an_export_of_nothing_to_ask_is_a_finished_run(tmp_path: Path) -> None:
    (tmp_path / "papers.jsonl").write_text(json.dumps({"title": "Foo", "abstract": "It has no number."}))
    done = batch(tmp_path, "export", "papers.jsonl", "--model", "openai/gpt-5-mini", "-o", "requests.jsonl")
    assert (done.returncode, (tmp_path / "requests.jsonl").exists()) == (0, False)
    assert rows(tmp_path, "SELECT status FROM ledger") == [("finished",)]


def test_importing_twice_changes_nothing(tmp_path: Path) -> None:
    results = [answered(request) for request in exported(tmp_path, score(1), score(2))]
    imported(tmp_path, results)
    before = rows(tmp_path, "FROM store.outcomes ORDER BY ALL"), rows(tmp_path, TAKEN)
    again = imported(tmp_path, results)
    assert (again["done"], again["known"], again["cost_usd"]) == (0, 2, None)
    assert (rows(tmp_path, "FROM store.outcomes ORDER BY ALL"), rows(tmp_path, TAKEN)) == before


def test_a_file_that_is_named_twice_counts_once(tmp_path: Path) -> None:
    results = [answered(request) for request in exported(tmp_path, score(1), score(2))]
    result = imported(tmp_path, results, results)
    assert (result["done"], result["claims"]) == (2, 2)
    assert rows(tmp_path, TAKEN) == [(2, 2, 2_000)]


def test_a_paper_waits_for_the_results_of_all_its_questions(tmp_path: Path) -> None:
    first, second, other = exported(tmp_path, MANY, score(2))
    result = imported(tmp_path, [answered(second), answered(other)], code=1)
    assert (result["done"], result["failed"], result["pending"]) == (1, 0, 1)
    # What was answered was paid for.
    assert rows(tmp_path, TAKEN) == [(1, 2, 2_000)]
    result = imported(tmp_path, [answered(second)], [answered(first)])
    assert (result["done"], result["claims"], result["pending"]) == (1, 30, 0)
    assert rows(tmp_path, TAKEN) == [(2, 3, 3_000)]


def test_a_refused_question_fails_its_paper_until_a_better_result_comes(tmp_path: Path) -> None:
    first, second, other = exported(tmp_path, MANY, score(2))
    result = imported(tmp_path, [answered(first), refused(second), answered(other)], code=1)
    assert (result["done"], result["failed"]) == (1, 1)
    ((reason,),) = rows(tmp_path, "SELECT reason FROM store.outcomes WHERE status = 'failed'")
    assert reason == "the server refused the request: 400 too long"
    # The failing line may stand before or after the sound one.
    result = imported(tmp_path, [refused(second), answered(first), answered(second), refused(second), refused(first)])
    assert (result["done"], result["failed"]) == (1, 0)
    assert rows(tmp_path, "SELECT DISTINCT status FROM store.outcomes") == [("done",)]
    assert rows(tmp_path, "SELECT calls, tokens_in FROM ledger") == [(3, 3_000)]


def test_a_question_that_was_never_asked_is_refused_alone(tmp_path: Path) -> None:
    first, second = exported(tmp_path, score(1), score(2))
    wrong = [{**first, "custom_id": first["custom_id"].replace("_1_1_1", ending)} for ending in ("_1_1_2", "_1_2_2")]
    wrong.append({**first, "custom_id": first["custom_id"].replace("_1_1_1", "_7_1_1")})
    result = imported(tmp_path, [answered(request) for request in (*wrong, second)], code=1)
    assert (result["done"], result["refusals"], result["pending"]) == (1, 2, 1)
    assert rows(tmp_path, TAKEN) == [(1, 1, 1_000)]


def test_what_is_no_result_is_refused_with_its_line(tmp_path: Path) -> None:
    requests = exported(tmp_path, score(1))
    text = "\n".join(["{", json.dumps(requests[0]), json.dumps({"custom_id": "mine-1", "response": {}}), "[]", ""])
    (tmp_path / "bad.jsonl").write_text(text + json.dumps(answered(requests[0])))
    done = batch(tmp_path, "import", "bad.jsonl", "--json")
    assert (done.returncode, json.loads(done.stdout)["done"]) == (1, 1)
    lines = [line for line in done.stderr.splitlines() if line.startswith("refused: ")]
    assert [line.split(" ", 2)[1] for line in lines] == [f"bad.jsonl:{number}:" for number in range(1, 5)]
    assert "a request, not a result" in lines[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("import", "missing.jsonl"), "missing.jsonl"),
        (("import", "."), "."),
        (("import", "requests.jsonl"), "nothing in it answers a batch"),
        (("import", "other.jsonl"), "nothing in it answers a batch"),
        (("export", "papers.jsonl", "--model", "openai/m", "-o", "no/folder.jsonl"), "no/folder.jsonl"),
        (("export", "papers.jsonl", "--model", "nobody/m", "-o", "x.jsonl"), "nobody/m"),
        (("export", "papers.jsonl", "--model", "llamacpp/m.gguf", "-o", "x.jsonl"), "has no batches"),
        (("submit", "papers.jsonl", "--model", "llamacpp/m.gguf"), "has no batches"),
        (("submit", "papers.jsonl", "--model", "openai/m", "--base-url", "http://[::1/v1"), "not an address"),
        (("submit", "papers.jsonl"), "--model"),
        (("export", "nothing.jsonl", "--model", "openai/m", "-o", "x.jsonl"), "nothing could be read"),
        (("cancel", "batch_1"), "there is no batch batch_1"),
    ],
)
def test_every_error_is_one_line(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    (request,) = exported(tmp_path, score(1))
    (tmp_path / "other.jsonl").write_text(
        json.dumps(answered({**request, "custom_id": "20200101-000000-00000000-1_1_1_1"}))
    )
    done = batch(tmp_path, *arguments)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1
    assert words in errors[0]
    assert not (tmp_path / "x.jsonl").exists()


def test_files_stay_within_the_limits_of_a_batch(tmp_path: Path) -> None:
    def papers() -> list[MarkedPaper]:
        texts = [score(1), MANY, score(3), MANY, score(5)]
        found = [Paper(paper_id=str(place), title="A paper", abstract=text) for place, text in enumerate(texts)]
        return [MarkedPaper(paper) for paper in found]

    server = Server("openai/reader", api_key="none")

    def written(limits: Limits) -> list[tuple[list[str], int, int]]:
        found = []
        for file in request_files(server, papers(), tmp_path, "20260101-000000-00000000", limits):
            content = file.path.read_bytes()
            assert (len(content), content.count(b"\n")) == (file.size, file.requests)
            found.append(([paper.paper_id for paper in file.papers], file.requests, file.size))
        return found

    assert [papers for papers, _, _ in written(Limits())] == [list("01234")]
    assert [papers for papers, _, _ in written(Limits(requests=3))] == [list("01"), list("23"), list("4")]
    ((_, _, size),) = written(Limits())
    halves = written(Limits(size=size * 2 // 3))
    assert len(halves) == 2
    assert all(size_of <= size * 2 // 3 for _, _, size_of in halves)
    assert len(written(Limits(size=1))) == 5


def test_the_name_of_a_request_is_read_as_it_was_written() -> None:
    name = RequestName("20260101-000000-00000000-1", 12, 1, 2)
    assert RequestName.of(str(name)) == name
    assert [RequestName.of(other) for other in ("", 7, "a_1_2_1", "a_0_1_1", "a_1_1")] == [None] * 5


def test_the_body_is_the_one_that_the_live_extractor_sends(tmp_path: Path) -> None:
    paper = Paper(paper_id="1", title="A paper", abstract=score(1))
    marked = MarkedPaper(paper)
    server = Server("openai/reader", "http://localhost/v1", api_key="none")
    (file,) = [file.path.read_text() for file in request_files(server, [marked], tmp_path, "run", Limits())]
    assert json.loads(file)["body"] == server.request(marked.questions[0].text, 1).arguments
