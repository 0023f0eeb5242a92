"""`claimboard extract --model` against a real server: what it asks, stores, costs and says."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from shutil import copy
from typing import Any

import claim_responder
import pytest
from command_line import run_command, without_settings
from made_abstracts import write_papers
from model_server import ServerHandle, model_server

from models.store import Store

COMMAND = str(Path(sys.executable).with_name("claimboard"))
KEY = "sk-test-4b7e-do-not-keep"
PRICES = '[openai]\n"reader" = [1000.0, 100.0, 2000.0]\n'
"""A tenth of a cent for each prompt token: dear enough to be seen in a few calls."""


class Desk:
    """A folder with papers, a database beside them, and a model server to ask."""

    def __init__(self, server: ServerHandle, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.store = Store(folder / "claims.duckdb")
        self.address = ("--model", "openai/reader", "--base-url", server.base_url)
        (folder / "prices.toml").write_text(PRICES)

    def write(self, count: int, numberless: int = 0) -> None:
        write_papers(self.folder / "papers.jsonl", count)
        with (self.folder / "papers.jsonl").open("a") as file:
            for index in range(numberless):
                entry = {"title": f"Essay {index}", "abstract": f"Essay {'x' * index} measures nothing."}
                file.write(json.dumps(entry) + "\n")

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return run_command(self.folder, *arguments, **environment)

    def extract(self, *options: str, code: int = 0, **environment: str) -> dict[str, Any]:
        done = self.run("extract", "papers.jsonl", *self.address, "--json", *options, **environment)
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        result: dict[str, Any] = json.loads(done.stdout)
        return result | {"said": done.stderr}

    def calls(self) -> int:
        return int(self.server.stats()["calls"])

    def rows(self, sql: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.store.query(sql).to_pylist()
        return rows

    def statuses(self) -> dict[str, int]:
        return {row["status"]: row["n"] for row in self.rows("SELECT status, count(*) AS n FROM outcomes GROUP BY ALL")}


@pytest.fixture
def desk(tmp_path: Path, empty: Path) -> Iterator[Desk]:
    copy(empty, tmp_path)
    with model_server(responder=claim_responder.respond) as server:
        yield Desk(server, tmp_path)


def one_line_error(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    lines = done.stderr.splitlines()
    assert [line for line in lines if line.startswith("error: ")] == lines[-1:]
    return lines[-1]


# What is stored of a run, and what it says


def test_what_reading_took_is_stored_for_each_paper_and_each_run(desk: Desk) -> None:
    desk.write(30, numberless=5)
    desk.server.configure(delay=0.1)
    result = desk.extract("--concurrency", "4", "--prices", "prices.toml")
    stats = desk.server.stats()
    assert (stats["calls"], stats["max_in_flight"]) == (30, 4)
    tokens = {"tokens_in": stats["prompt_tokens"], "tokens_out": stats["completion_tokens"], "tokens_cached": 0}
    cost = tokens["tokens_in"] / 1_000 + tokens["tokens_out"] / 500
    assert tokens.items() <= result["usage"].items()
    (run,) = desk.rows("FROM ledger")
    expected = {"model": "openai/reader", "form": "json_schema", "paper_count": 35, "skipped_count": 5, "calls": 30}
    assert (tokens | expected).items() <= run.items()
    assert run["cost_usd"] == pytest.approx(cost)
    (papers,) = desk.rows(
        "SELECT count(*) AS n, sum(tokens_in)::BIGINT AS tokens_in, sum(cost_usd) AS cost_usd, min(calls) AS calls,"
        " min(seconds) > 0 AS took_time FROM outcomes WHERE status = 'done'"
    )
    assert papers["cost_usd"] == pytest.approx(cost)
    assert papers | {"cost_usd": 0} == {
        "n": 30,
        "tokens_in": tokens["tokens_in"],
        "cost_usd": 0,
        "calls": 1,
        "took_time": True,
    }
    (parameters,) = desk.rows("SELECT parameters FROM store.runs")
    assert json.loads(parameters["parameters"]) == {
        "model": "openai/reader",
        "address": desk.server.base_url + "/",
        "form": "json_schema",
        "concurrency": 4,
    }


def test_the_summary_and_the_status_say_calls_tokens_cost_and_calls_saved(desk: Desk) -> None:
    desk.write(10, numberless=3)
    said = desk.run("extract", "papers.jsonl", *desk.address, "--prices", "prices.toml").stdout
    assert "10; 3 saved" in said
    assert "a second" in said
    assert "$" in said
    status = desk.run("status", COLUMNS="200").stdout
    assert "openai/reader (json_schema): 10 calls, 3 saved" in status
    (reading,) = json.loads(desk.run("status", "--json").stdout)["readings"]
    assert (reading["model"], reading["calls"], reading["calls_saved"]) == ("openai/reader", 10, 3)
    assert reading["tokens_in"] == desk.server.stats()["prompt_tokens"]
    assert reading["cost_usd"] > 1
    assert reading["seconds_per_paper"] > 0


def test_a_price_that_is_not_known_is_not_taken_for_nothing(desk: Desk) -> None:
    desk.write(2)
    address = ("--model", "openai/unheard-of", "--base-url", "http://models.example/v1")
    done = desk.run("estimate", "papers.jsonl", *address)
    assert "not known: name the price of this model in a file with --prices" in " ".join(done.stdout.split())


def test_the_form_that_the_server_took_is_stored(desk: Desk) -> None:
    desk.write(4)
    desk.server.configure(modes=["text", "json_object"])
    desk.extract()
    assert desk.rows("SELECT DISTINCT form FROM ledger") == [{"form": "json"}]


def test_replies_are_kept_only_where_that_is_asked_for(desk: Desk) -> None:
    desk.write(4)
    desk.extract()
    assert desk.rows("FROM store.replies") == []
    desk.extract("--force", "--keep-replies")
    rows = desk.rows("SELECT paper_id, position, reply FROM store.replies JOIN store.outcomes USING (paper_id, run_id)")
    assert len({row["paper_id"] for row in rows}) == len(rows) == 4
    assert all("changes" in json.loads(row["reply"])["choices"][0]["message"]["content"] for row in rows)


def test_neither_keys_nor_headers_nor_other_variables_are_written_or_said(desk: Desk) -> None:
    desk.write(5)
    desk.server.configure(api_key=KEY, script="ok,500,ok")
    other = "a-value-that-is-nobodys-business"
    said = [desk.run("extract", "papers.jsonl", *desk.address, OPENAI_API_KEY="sk-wrong-9c1d-neither", OTHER=other)]
    (desk.folder / ".env").write_text(f"OPENAI_API_KEY={KEY}\n")
    said.append(desk.run("extract", "papers.jsonl", *desk.address, "--keep-replies", OTHER=other))
    said.append(desk.run("status", "--json"))
    assert [done.returncode for done in said] == [2, 0, 0]
    with desk.store.read() as connection:
        tables = connection.execute("SELECT DISTINCT schema_name, table_name FROM duckdb_columns()").fetchall()
        held = [str(connection.execute(f'FROM "{schema}"."{table}"').fetchall()) for schema, table in tables]
    assert len(held) > 10
    assert any("Foonet" in text for text in held)
    left_over = [path.read_bytes().decode("latin-1") for path in desk.folder.iterdir() if path.name != ".env"]
    for secret in (KEY, "sk-wrong-9c1d-neither", "Bearer", "Authorization", other):
        assert not any(secret in text for text in (*held, *left_over, *(done.stdout + done.stderr for done in said)))


# Who reads


def test_without_a_model_the_rules_read_and_with_one_named_anywhere_it_does(desk: Desk) -> None:
    desk.write(3)
    assert json.loads(desk.run("extract", "papers.jsonl", "--json").stdout)["extractor"] == "rules"
    named = {"CLAIMBOARD_MODEL": "openai/reader", "OPENAI_BASE_URL": desk.server.base_url}
    desk.run("extract", "papers.jsonl", "--extractor", "rules", "--force", **named)
    assert desk.calls() == 0
    assert json.loads(desk.run("extract", "papers.jsonl", "--json", **named).stdout)["model"] == "openai/reader"
    assert desk.calls() == 3


def test_a_file_env_is_heeded_and_variables_that_are_set_stand_before_it(desk: Desk) -> None:
    desk.write(3)
    desk.server.configure(api_key=KEY)
    lines = {"OPENAI_API_KEY": KEY, "CLAIMBOARD_MODEL": "openai/reader", "OPENAI_BASE_URL": desk.server.base_url}
    (desk.folder / ".env").write_text("".join(f'{name}="{value}"\n' for name, value in lines.items()))
    another = {"OPENAI_API_KEY": "another", "OPENAI_BASE_URL": desk.server.base_url}
    assert "refuses the key" in one_line_error(desk.run("extract", "papers.jsonl", **another))
    done = desk.run("extract", "papers.jsonl", "--json")
    assert json.loads(done.stdout)["model"] == "openai/reader"


def test_a_key_that_is_set_outside_a_file_env_is_not_sent_where_that_file_says(desk: Desk) -> None:
    desk.write(3)
    (desk.folder / ".env").write_text(f"CLAIMBOARD_MODEL=openai/reader\nOPENAI_BASE_URL={desk.server.base_url}\n")
    error = one_line_error(desk.run("extract", "papers.jsonl", OPENAI_API_KEY=KEY))
    assert ".env: OPENAI_BASE_URL" in error
    assert "--base-url" in error
    assert desk.calls() == 0
    assert desk.run("extract", "papers.jsonl", *desk.address, OPENAI_API_KEY=KEY).returncode == 0
    assert desk.run("status").returncode == 0


@pytest.mark.parametrize(
    ("options", "explanation"),
    [
        (("--extractor", "llm"), "--model provider/name or CLAIMBOARD_MODEL"),
        (("--base-url", "http://127.0.0.1:8000/v1"), "name one with --model"),
        (("--budget-usd", "1"), "name one with --model"),
        (("--model", "gpt-5"), "provider/name"),
        (("--model", "nobody/knows"), "nobody/knows"),
        (("--model", "openai/gpt-5-mini"), "set OPENAI_API_KEY"),
        (("--model", "openai/x", "--base-url", "localhost:8000"), "http://127.0.0.1:8000/v1"),
        (("--model", "openai/x", "--base-url", "http://[::1/v1"), "http://127.0.0.1:8000/v1"),
        (("--model", "openai/x", "--base-url", "http://models.example:port/v1"), "http://127.0.0.1:8000/v1"),
        (("--model", "openai/x", "--base-url", "http://models.example/v1", "--budget-usd", "1"), "--prices"),
        (("--model", "openai/x", "--base-url", "http://models.example/v1", "--prices", "papers.jsonl"), "price table"),
        (("--model", "llamacpp/none.gguf"), "none.gguf"),
    ],
)
def test_options_that_name_nobody_who_could_read_are_one_line_and_store_nothing(
    desk: Desk, options: tuple[str, ...], explanation: str
) -> None:
    desk.write(1)
    desk.store.path.unlink()
    assert explanation in one_line_error(desk.run("extract", "papers.jsonl", *options))
    assert not desk.store.path.exists()


# Reading again


def test_the_second_run_makes_no_call_and_a_forced_one_is_counted_besides(desk: Desk) -> None:
    desk.write(12)
    desk.extract()
    again = desk.extract()
    assert (again["already_done"], again["usage"]["calls"], desk.calls()) == (12, 0, 12)
    desk.extract("--force")
    assert desk.calls() == 24
    (reading,) = json.loads(desk.run("status", "--json").stdout)["readings"]
    assert (reading["done"], reading["calls"]) == (12, 24)


def test_a_paper_that_failed_is_asked_about_again_only_with_retry_failed_and_both_are_paid_for(desk: Desk) -> None:
    desk.write(6)
    desk.server.configure(by_text={"Foonet2:": "content_filter"})
    assert desk.extract(code=1)["failed"] == 1
    assert desk.statuses() == {"done": 5, "failed": 1}
    desk.extract()
    assert desk.calls() == 6
    desk.extract("--retry-failed")
    assert (desk.statuses(), desk.calls()) == ({"done": 6}, 7)
    (reading,) = json.loads(desk.run("status", "--json").stdout)["readings"]
    assert (reading["calls"], reading["tokens_in"]) == (7, desk.server.stats()["prompt_tokens"])


# Runs that end early


@pytest.mark.parametrize(("option", "bound"), [("--budget-tokens", 40_000), ("--budget-usd", 40.0)])
def test_a_run_stops_before_it_goes_over_its_budget_and_the_next_one_goes_on(
    desk: Desk, option: str, bound: float
) -> None:
    desk.write(60)
    stopped = desk.extract(option, str(bound), "--prices", "prices.toml", code=1)
    usage = stopped["usage"]
    used = usage["cost_usd"] if option == "--budget-usd" else usage["tokens_in"] + usage["tokens_out"]
    assert bound / 2 < used <= bound
    assert f"raise {option} and run again" in stopped["said"].splitlines()[-1]
    (run,) = desk.rows("FROM ledger")
    assert run["status"] == "stopped"
    assert "budget" in run["reason"]
    assert desk.statuses() == {"done": stopped["extracted"]}
    rest = desk.extract("--prices", "prices.toml")
    assert (rest["already_done"], rest["extracted"]) == (stopped["extracted"], 60 - stopped["extracted"])
    assert desk.calls() == 60
    assert {row["status"] for row in desk.rows("FROM ledger")} == {"finished"}


@pytest.mark.parametrize(
    ("status", "explanation"),
    [("401", "refuses the key"), ("402", "quota"), ("404", "no model"), ("quota", "quota")],
)
def test_what_no_later_call_could_mend_stops_the_run_at_once_and_loses_nothing(
    desk: Desk, status: str, explanation: str
) -> None:
    desk.write(40)
    desk.server.configure(script=f"okx5,{status}x*")
    stopped = desk.extract("--concurrency", "2", code=1)
    assert stopped["extracted"] == 5
    assert explanation in stopped["stopped"]
    assert explanation in stopped["said"].splitlines()[-1]
    assert desk.calls() <= 5 + 2
    assert desk.statuses() == {"done": 5}
    (run,) = desk.rows("FROM ledger")
    assert run["status"] == "stopped"
    assert explanation in run["reason"]
    desk.server.configure(reset=True, responder=claim_responder.respond)
    assert desk.extract()["already_done"] == 5
    assert (desk.statuses(), desk.calls()) == ({"done": 40}, 35)


def test_a_server_that_is_not_there_is_one_line(desk: Desk) -> None:
    desk.write(10)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    done = desk.run("extract", "papers.jsonl", "--model", "openai/reader", "--base-url", address)
    assert "does not answer" in one_line_error(done)
    assert desk.statuses() == {}


def test_ctrl_c_keeps_what_is_finished_and_the_same_command_asks_about_nothing_twice(desk: Desk) -> None:
    desk.write(150)
    desk.server.configure(delay=0.02)
    with subprocess.Popen(
        [COMMAND, "extract", "papers.jsonl", *desk.address, "--concurrency", "4"],
        cwd=desk.folder,
        env=without_settings(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while desk.calls() < 40 and process.poll() is None:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert process.wait() == 130
        assert process.stderr is not None
        said = process.stderr.read()
    assert "The same command goes on from here" in said
    assert "Traceback" not in said
    (run,) = desk.rows("FROM ledger")
    assert (run["status"], run["paper_count"]) == ("interrupted", desk.statuses()["done"])
    asked = desk.calls()
    rest = desk.extract()
    assert rest["already_done"] == run["paper_count"] > 0
    assert desk.statuses() == {"done": 150}
    # What was under way when the signal came is asked about again; what was answered is not.
    assert asked < 150 <= desk.calls() <= 150 + 4


def test_ctrl_c_does_not_wait_for_a_server_that_takes_its_time_nor_ask_it_again(desk: Desk) -> None:
    desk.write(20)
    desk.server.configure(script="okx6,hangx*")
    with subprocess.Popen(
        [COMMAND, "extract", "papers.jsonl", *desk.address, "--concurrency", "2", "--timeout", "300"],
        cwd=desk.folder,
        env=without_settings(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        while desk.calls() < 8 and process.poll() is None:
            time.sleep(0.02)
        # What was answered is taken in; what was asked about since hangs.
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
    assert desk.calls() == 8
    assert desk.statuses() == {"done": 6}


# Before a run


def test_an_estimate_stores_nothing_and_comes_near_what_the_run_then_takes(desk: Desk) -> None:
    desk.write(80, numberless=7)
    desk.store.path.unlink()
    asked = ("estimate", "papers.jsonl", *desk.address, "--prices", "prices.toml", "--json")
    estimate = json.loads(desk.run(*asked).stdout)
    assert not desk.store.path.exists()
    assert desk.calls() == 0
    usage = desk.extract("--prices", "prices.toml")["usage"]
    assert (estimate["papers"], estimate["calls"], estimate["calls_saved"]) == (87, usage["calls"], 7)
    for name in ("tokens_in", "cost_usd"):
        assert estimate[name] == pytest.approx(usage[name], rel=0.25)
    # The scripted server corrects every key; the models that replies are estimated for, only what is wrong.
    assert estimate["tokens_out"] < usage["tokens_out"] < 6 * estimate["tokens_out"]
    assert estimate["cost_usd_in_batch"] is None
    after = json.loads(desk.run(*asked).stdout)
    assert (after["papers"], after["already_read"], after["calls"]) == (0, 87, 0)


def test_an_estimate_says_how_it_counted_where_no_table_of_tokens_can_be_fetched(desk: Desk) -> None:
    desk.write(5)
    unreachable = {"HTTPS_PROXY": "http://127.0.0.1:9", "TIKTOKEN_CACHE_DIR": str(desk.folder / "cache")}
    done = desk.run("estimate", "papers.jsonl", "--model", "openai/gpt-5-mini", **unreachable)
    said = " ".join(done.stdout.split())
    assert done.returncode == 0, done.stderr
    assert "tiktoken's table o200k_base cannot be had" in said
    assert "in batches" in said
    assert "thinks before it replies" in said
