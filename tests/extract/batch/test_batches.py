"""`claimboard batch` against a provider that speaks the real protocol."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import claim_responder
import pytest
from command_line import run_command
from model_server import ServerHandle, model_server
from openai import OpenAI

from extract.batch.provider import Provider as BatchProvider
from extract.llm.extractor import LlmExtractor
from extract.llm.server import Server
from models.batches import Batches
from models.errors import ClaimboardError
from models.paper import Paper
from models.store import Store

COMMAND = str(Path(sys.executable).with_name("claimboard"))
KEY = "sk-test-8d1f-do-not-keep"


class Provider:
    """A provider with a script, and a folder whose papers go there."""

    def __init__(self, server: ServerHandle, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.store = Store(folder / "claims.duckdb")

    def write(self, *abstracts: str, name: str = "papers.jsonl") -> None:
        entries = [
            {"title": f"Foo{number}: a paper", "abstract": text} for number, text in enumerate(abstracts, start=1)
        ]
        (self.folder / name).write_text("".join(json.dumps(entry) + "\n" for entry in entries))

    def batch(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return run_command(self.folder, "batch", *arguments, **({"OPENAI_API_KEY": KEY} | environment))

    def submit(self, *options: str, source: str = "papers.jsonl", code: int = 0) -> dict[str, Any]:
        address = ("--model", "openai/reader", "--base-url", self.server.base_url)
        return report(self.batch("submit", source, *address, "--json", *options), code)

    def collect(self, *options: str, code: int = 0) -> dict[str, Any]:
        return report(self.batch("collect", "--wait", "--every", "0.1", "--json", *options), code)

    def outcomes(self) -> dict[str, tuple[str, str | None]]:
        of_store = "store.outcomes JOIN papers USING (paper_id)"
        sql = f"SELECT split_part(title, ':', 1), outcomes.status, outcomes.reason FROM {of_store}"
        return {title: (status, reason) for title, status, reason in self.rows(sql)}

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.store.read() as connection:
            return connection.execute(sql).fetchall()

    def change(self, sql: str) -> None:
        with self.store.write() as connection:
            connection.execute(sql)


@pytest.fixture
def provider(tmp_path: Path, empty: Path) -> Iterator[Provider]:
    shutil.copy(empty, tmp_path / "claims.duckdb")
    with model_server(responder=claim_responder.respond, api_key=KEY, batch={"polls": 1}) as server:
        yield Provider(server, tmp_path)


def report(done: subprocess.CompletedProcess[str], code: int) -> dict[str, Any]:
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def error(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert KEY not in done.stderr
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    return line


def score(number: int) -> str:
    return f"Foo{number} reaches {50 + number}.5% accuracy on BarBench."


MANY = " ".join(f"On Set{number} we reach {number}.5% accuracy." for number in range(1, 31))
"""More numbers than one question asks about."""


def test_papers_come_back_as_the_live_extractor_reads_them(provider: Provider) -> None:
    provider.write(*map(score, range(1, 6)), MANY, "It has no number at all.")
    submitted = provider.submit("--per-batch", "3")
    assert (submitted["read"], submitted["skipped"], submitted["submitted"], submitted["requests"]) == (1, 1, 5, 6)
    assert len(submitted["batches"]) == 2
    collected = provider.collect()
    assert (collected["done"], collected["claims"], collected["pending"]) == (5, 34, 0)
    claims = provider.rows("SELECT model, value, metric, evidence FROM claims")
    assert ("Foo4", 54.5, "accuracy", score(4).removesuffix(".")) in claims
    assert len(claims) == 35

    texts = provider.rows("SELECT paper_id, title, abstract FROM store.texts")
    papers = [Paper(paper_id=paper_id, title=title, abstract=abstract) for paper_id, title, abstract in texts]
    extractor = LlmExtractor("openai/reader", provider.server.base_url, KEY)
    live = {claim.claim_id for outcome in extractor.extract(papers) for claim in outcome.claims}
    assert live == {claim_id for (claim_id,) in provider.rows("SELECT claim_id FROM store.claims")}


def test_what_is_under_way_is_neither_submitted_nor_collected_twice(provider: Provider) -> None:
    provider.write(*map(score, range(1, 5)))
    assert provider.submit()["submitted"] == 3
    again = provider.submit()
    assert (again["submitted"], again["under_way"]) == (0, 3)
    assert provider.collect()["done"] == 3
    before = provider.rows("FROM store.outcomes ORDER BY ALL") + provider.rows("FROM store.batches")
    nothing = provider.collect()
    assert (nothing["batches"], nothing["done"]) == ([], 0)
    assert provider.rows("FROM store.outcomes ORDER BY ALL") + provider.rows("FROM store.batches") == before


def test_status_says_how_far_each_batch_is(provider: Provider) -> None:
    provider.write(*map(score, range(1, 6)))
    provider.submit()
    rows = json.loads(provider.batch("status", "--json").stdout)
    assert [(row["batch"], row["status"], row["requests"], row["answered"]) for row in rows] == [
        ("batch_1", "in_progress", 4, 2)
    ]
    assert "batch_1" in provider.batch("status").stdout
    provider.collect()
    assert provider.batch("status").stdout == "No batch is under way.\n"


def test_an_expired_batch_leaves_what_it_did_not_answer_for_the_next(provider: Provider) -> None:
    provider.server.configure(batch={"polls": 1, "outcomes": ["expired"]})
    provider.write(*map(score, range(1, 10)))
    provider.submit()
    collected = provider.collect(code=1)
    assert (collected["done"], collected["failed"], collected["pending"]) == (4, 0, 4)
    assert "expired" in collected["reasons"][0]
    again = provider.submit()
    assert again["submitted"] + again["read"] == 4
    provider.collect()
    assert len(provider.outcomes()) == 9
    assert {status for (status,) in provider.rows("SELECT status FROM store.runs")} == {"finished"}


def test_a_refused_batch_leaves_its_papers_and_says_why(provider: Provider) -> None:
    provider.server.configure(batch={"polls": 1, "outcomes": ["failed"]})
    provider.write(*map(score, range(1, 4)))
    provider.submit()
    collected = provider.collect(code=1)
    assert collected["pending"] == 2
    assert "failed: The batch was refused." in collected["reasons"][0]
    assert provider.submit()["submitted"] == 1


def test_a_cancelled_batch_gives_what_was_answered(provider: Provider) -> None:
    provider.server.configure(batch={"polls": 5})
    provider.write(*map(score, range(1, 6)))
    provider.submit()
    assert "in_progress" in provider.batch("status", "--json").stdout
    assert provider.batch("cancel", "batch_1").returncode == 0
    collected = provider.collect(code=1)
    assert (collected["done"], collected["pending"]) == (2, 2)
    assert "batch_7" in error(provider.batch("cancel", "batch_7"))


def test_spoilt_replies_fail_their_papers_alone_and_can_be_asked_for_again(provider: Provider) -> None:
    fates = {"Foo2:": "400", "Foo3:": "refusal", "Foo4:": "length", "Foo5:": "prose", "Foo6:": "wrong_schema"}
    provider.server.configure(by_text=fates)
    provider.write(*map(score, range(1, 8)))
    provider.submit()
    assert (provider.collect(code=1)["failed"], len(provider.rows("FROM claims"))) == (5, 2)
    reasons = {title: reason or "" for title, (status, reason) in provider.outcomes().items() if status == "failed"}
    assert reasons.keys() == {"Foo2", "Foo3", "Foo4", "Foo5", "Foo6"}
    assert reasons["Foo2"] == "the server refused the request: 400 Scripted 400."
    assert reasons["Foo3"].startswith("the model refused")
    assert "cut" in reasons["Foo4"]
    assert "no valid reply" in reasons["Foo5"]
    assert provider.submit()["submitted"] == 0
    provider.server.configure(by_text={})
    again = provider.submit("--retry-failed")
    assert again["read"] + again["submitted"] == 5
    provider.collect()
    assert {status for status, _ in provider.outcomes().values()} == {"done"}


def test_a_name_that_the_text_does_not_have_changes_nothing_and_is_flagged(provider: Provider) -> None:
    provider.server.configure(by_text={"Foo2:": "invented_names"})
    provider.write(score(1), score(2))
    provider.submit()
    provider.collect()
    ((model, flags),) = provider.rows("SELECT model, flags FROM claims WHERE value = 52.5")
    assert model == "Foo2"
    assert "ungrounded_baseline" in flags


def test_a_paper_whose_abstract_has_changed_since_is_asked_about_anew(provider: Provider) -> None:
    provider.write(*map(score, range(1, 4)))
    provider.submit()
    provider.write(score(1), score(2) + " It also takes 20% less memory.", name="longer.jsonl")
    assert run_command(provider.folder, "extract", "longer.jsonl").returncode == 0
    assert provider.submit(source="longer.jsonl")["read"] == 1
    provider.change("DELETE FROM store.outcomes WHERE text_hash NOT IN (SELECT text_hash FROM store.batch_papers)")
    collected = provider.collect(code=1)
    assert (collected["done"], collected["changed"], collected["pending"]) == (1, 1, 1)
    # The reply that came too late was paid for.
    assert provider.rows("SELECT calls FROM ledger WHERE paper_count > 1 AND extractor = 'llm'") == [(3,)]
    assert provider.collect()["batches"] == []
    assert provider.submit(source="longer.jsonl")["read"] == 1


def test_a_batch_whose_start_was_cut_off_is_found_at_the_provider(provider: Provider) -> None:
    provider.write(*map(score, range(1, 4)))
    provider.submit()
    provider.change("UPDATE store.batches SET state = 'starting', provider_id = NULL")
    assert provider.submit()["submitted"] == 0
    provider.change("UPDATE store.batches SET state = 'starting', provider_id = NULL")
    assert provider.collect()["done"] == 2


def test_a_batch_that_was_never_started_gives_its_papers_back(provider: Provider) -> None:
    provider.write(*map(score, range(1, 4)))
    # The upload is taken; every attempt to start the batch, or to look for it, is refused.
    provider.server.configure(api_script="ok,503x*")
    assert "run the command again" in error(
        provider.batch("submit", "papers.jsonl", "--model", "openai/reader", "--base-url", provider.server.base_url)
    )
    assert [batch.state for batch in Batches(provider.store).in_state("starting", "running")] == ["starting"]
    provider.server.configure(api_script="")
    again = provider.submit()
    assert again["read"] + again["submitted"] == 2
    assert provider.collect()["pending"] == 0


def test_passing_trouble_is_borne(provider: Provider) -> None:
    provider.write(*map(score, range(1, 4)))
    provider.server.configure(api_script="503,reset,ok,429,disconnect")
    assert provider.submit()["submitted"] == 2
    provider.server.configure(api_script="500,ok,reset,ok,reset_mid_body")
    assert provider.collect()["done"] == 2


def test_an_outage_is_waited_out(provider: Provider) -> None:
    provider.write(*map(score, range(1, 4)))
    provider.submit()
    provider.server.configure(api_script="503x4")
    done = provider.batch("collect", "--wait", "--every", "0.1", "--json")
    assert report(done, 0)["done"] == 2
    assert "503" in done.stderr


def test_a_file_that_cannot_be_downloaded_is_said_in_one_line(provider: Provider) -> None:
    provider.write(*map(score, range(1, 4)))
    provider.submit()
    provider.server.configure(batch={"polls": 0}, api_script="ok,reset_mid_bodyx*")
    done = provider.batch("collect", "--json")
    assert report(done, 1)["open"] == 1
    assert "does not answer" in done.stderr
    provider.server.configure(api_script="")
    assert provider.collect()["done"] == 2


def test_a_batch_that_cannot_be_asked_about_holds_up_no_other(provider: Provider) -> None:
    provider.write(*map(score, range(1, 6)))
    provider.submit("--per-batch", "2")
    provider.change("UPDATE store.batches SET model = 'deepseek/reader', base_url = NULL WHERE provider_id = 'batch_1'")
    rows = json.loads(provider.batch("status", "--json").stdout)
    assert [row["status"] for row in rows] == ["cannot be asked", "in_progress"]
    collected = provider.collect(code=1)
    assert (collected["done"], collected["refusals"], collected["open"]) == (2, 1, 1)
    listed = provider.batch("status", OPENAI_API_KEY="")
    assert (listed.returncode, "batch_1" in listed.stdout) == (0, True)


def test_results_are_taken_in_though_the_file_of_errors_is_gone(provider: Provider) -> None:
    provider.server.configure(batch={"polls": 0}, by_text={"Foo2:": "400"})
    provider.write(*map(score, range(1, 5)))
    provider.submit()
    provider.batch("status")
    OpenAI(base_url=provider.server.base_url, api_key=KEY).files.delete("file-3")
    for done in (2, 0):
        collected = provider.collect(code=1)
        assert (collected["done"], collected["refusals"], collected["open"]) == (done, 1, 1)
    assert "is given up" in provider.batch("cancel", "batch_1").stdout
    assert provider.batch("status").stdout == "No batch is under way.\n"
    provider.server.configure(by_text={})
    assert provider.submit()["read"] == 1


def test_the_address_of_a_submission_is_where_its_results_are_looked_for(provider: Provider) -> None:
    provider.write(*map(score, range(1, 4)))
    named = {"OPENAI_BASE_URL": provider.server.base_url, "CLAIMBOARD_MODEL": "openai/reader"}
    report(provider.batch("submit", "papers.jsonl", "--json", **named), 0)
    elsewhere = provider.batch("collect", "--wait", "--every", "0.1", "--json", OPENAI_BASE_URL="http://127.0.0.1:9/v1")
    assert report(elsewhere, 0)["done"] == 2
    assert provider.rows("SELECT sum(cost_usd) FROM ledger") == [(0.0,)]


def test_a_batch_of_openai_is_looked_for_there_whatever_address_is_set_by_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    assert BatchProvider(Server("openai/reader", api_key="any")).address == "https://api.openai.com/v1"
    assert BatchProvider(Server("openai/reader", "http://localhost/v1", "any")).address == "http://localhost/v1/"


def test_what_a_batch_asks_about_is_left_to_it(provider: Provider) -> None:
    provider.write(*map(score, range(1, 5)))
    provider.submit()
    address = ("--model", "openai/reader", "--base-url", provider.server.base_url)
    key = {"OPENAI_API_KEY": KEY}
    calls = provider.server.stats()["calls"]
    left = run_command(provider.folder, "extract", "papers.jsonl", *address, **key)
    assert (left.returncode, provider.server.stats()["calls"]) == (0, calls)
    assert "3 left to batches" in left.stderr
    export = ("export", "papers.jsonl", *address, "-o", "requests.jsonl", "--json")
    exported = report(provider.batch(*export), 0)
    assert (exported["under_way"], exported["submitted"]) == (3, 0)
    assert report(provider.batch(*export, "--force"), 0)["submitted"] == 4
    read = run_command(provider.folder, "extract", "papers.jsonl", *address, "--force", **key)
    assert (read.returncode, provider.server.stats()["calls"]) == (0, calls + 4)


def test_a_forced_batch_reads_anew(provider: Provider) -> None:
    provider.write(*map(score, range(1, 4)))
    provider.submit()
    provider.collect()
    assert provider.submit("--force")["submitted"] == 2
    assert provider.collect()["done"] == 2
    assert len(provider.rows("SELECT DISTINCT run_id FROM store.outcomes")) == 1


def test_the_form_that_the_model_takes_is_in_the_ledger(provider: Provider) -> None:
    provider.server.configure(modes={"tools", "text"})
    provider.write(*map(score, range(1, 4)))
    provider.submit()
    assert provider.rows("SELECT form FROM ledger") == [("tools",)]
    assert provider.collect()["done"] == 2


def test_an_error_is_said_without_the_key(provider: Provider) -> None:
    keyless = BatchProvider(Server("openai/reader", provider.server.base_url, "none"))
    with pytest.raises(ClaimboardError, match=r"Incorrect API key\."):
        keyless.look("batch_of_nonesuch")
    assert "nonesuch sk-test" not in keyless._words(ValueError(f"nonesuch {KEY[:8]}**-keep"))
    assert "nonesuch" in keyless._words(ValueError(f"nonesuch {KEY[:8]}**-keep"))


def interrupted(provider: Provider, number: signal.Signals, call: str) -> None:
    """Submit, and send the signal when the provider has this call."""
    arguments = ["submit", "papers.jsonl", "--model", "openai/reader", "--base-url", provider.server.base_url]
    with subprocess.Popen(
        [COMMAND, "batch", *arguments],
        cwd=provider.folder,
        env=os.environ | {"OPENAI_API_KEY": KEY},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while call not in provider.server.stats()["api_calls"]:
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(number)
        _, said = process.communicate(timeout=30)
    assert (process.returncode, "Traceback" in said) == (130, False)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_upload_leaves_nothing_behind(provider: Provider, number: signal.Signals) -> None:
    provider.write(*map(score, range(1, 4)))
    provider.server.configure(api_script="delay:60")
    interrupted(provider, number, "POST upload")
    assert provider.rows("FROM store.batches") == []
    provider.server.configure(api_script="")
    assert provider.submit()["read"] == 1
    assert provider.collect()["pending"] == 0


def test_a_start_that_does_not_end_can_be_interrupted(provider: Provider) -> None:
    provider.write(*map(score, range(1, 4)))
    provider.server.configure(api_script="ok,delay:60")
    interrupted(provider, signal.SIGINT, "POST create_batch")
    assert provider.rows("SELECT state FROM store.batches") == [("starting",)]
    provider.server.configure(api_script="")
    again = provider.submit()
    assert again["read"] + again["submitted"] == 2
    assert provider.collect()["pending"] == 0


def test_parameters_that_the_model_does_not_take_are_found_out_before_the_batch(provider: Provider) -> None:
    provider.server.configure(rejected_parameters={"max_tokens", "temperature"}, keep_requests=True)
    provider.write(*map(score, range(1, 4)))
    provider.submit()
    assert provider.collect()["done"] == 2


def test_a_model_that_never_replies_validly_costs_no_batch(provider: Provider) -> None:
    provider.server.configure(mix={"prose": 1.0})
    provider.write(*map(score, range(1, 9)))
    line = error(
        provider.batch("submit", "papers.jsonl", "--model", "openai/reader", "--base-url", provider.server.base_url)
    )
    assert "no batch was started" in line
    assert provider.server.stats()["api_calls"] == {}


def test_the_key_is_needed_and_never_kept(provider: Provider) -> None:
    provider.write(*map(score, range(1, 4)))
    address = ("--model", "openai/reader", "--base-url", provider.server.base_url)
    assert "OPENAI_API_KEY" in error(provider.batch("submit", "papers.jsonl", *address, OPENAI_API_KEY="wrong"))
    assert "OPENAI_API_KEY" in error(
        provider.batch("submit", "papers.jsonl", "--model", "openai/gpt-5-mini", OPENAI_API_KEY="")
    )
    for secret in (f"http://me:{KEY}@localhost/v1", f"http://{KEY}@localhost/v1", f"http://localhost/v1?key={KEY}"):
        assert "no key" in error(
            provider.batch("submit", "papers.jsonl", "--model", "openai/reader", "--base-url", secret)
        )
    provider.submit()
    refused = provider.batch("collect", OPENAI_API_KEY="wrong")
    assert (refused.returncode, "refuses the key" in refused.stderr, KEY in refused.stderr) == (1, True, False)
    provider.collect()
    assert not any(KEY.encode() in file.read_bytes() for file in provider.folder.rglob("*") if file.is_file())


def test_a_batch_that_the_provider_does_not_know_is_said_and_can_be_given_up(provider: Provider) -> None:
    provider.write(*map(score, range(1, 4)))
    provider.submit()
    provider.change("UPDATE store.batches SET provider_id = 'batch_9'")
    done = provider.batch("collect", "--json")
    assert (done.returncode, "batch batch_9" in done.stderr) == (1, True)
    assert provider.batch("cancel", "batch_9").returncode == 0
    again = provider.submit()
    assert again["read"] + again["submitted"] == 2
