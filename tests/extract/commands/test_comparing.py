"""The commands speedups, compare, conflicts and leaderboard: what people see of numbers side by side."""

from collections.abc import Callable
from typing import Any

import pytest

from models.reviews import Verdict, record
from models.store import Store

Put = Callable[..., str]
Command = Callable[..., Any]

FASTER = {"kind": "delta", "metric": "latency", "direction": "decrease", "value": 50, "baseline": "vLLM"}
"""Half the latency: two times better."""


def test_a_speedup_shows_its_factor_what_was_printed_the_baseline_and_the_hardware(command: Command, put: Put) -> None:
    put("Paper one", FASTER | {"setting": "on an A100"})
    shown = command("speedups").stdout
    assert "speed · 1 claim ──" in shown
    assert "2x  Quokka: latency ↓ 50% on Foo, against vLLM (on an A100)" in shown
    assert "“Quokka reaches 84% here.”" in shown
    assert "Paper one · " in shown


def test_up_to_is_said_of_a_factor_as_it_is_printed(command: Command, put: Put) -> None:
    put("Paper one", FASTER | {"bound": "up_to"}, FASTER | {"value": 80})
    assert [line.split("x  ")[0].strip() for line in command("speedups").stdout.splitlines() if "x  " in line] == [
        "5",
        "up to 2",
    ]


def test_speedups_are_narrowed_by_family_names_and_the_least_factor(answer: Command, put: Put) -> None:
    memory = FASTER | {"metric": "memory", "model": "Wombat", "benchmark": "Burrow", "value": 75}
    put("Paper one", FASTER, FASTER | {"value": 20, "direction": "increase"}, memory)

    def found(*arguments: str) -> list[float]:
        return [round(row["factor"], 2) for row in answer("speedups", *arguments)]

    assert sorted(found()) == [2, 4]
    assert sorted(found("--min-factor", "0")) == [0.83, 2, 4]
    assert found("--family", "memory") == [4]
    assert found("--model", "wombat") == found("--benchmark", "the burrow dataset") == found("--min-factor", "3") == [4]
    assert found("--family", "speed", "--min-factor", "0", "--limit", "1") == [2]
    assert found("--family", "energy") == []


def test_what_a_limit_leaves_out_of_speedups_is_said_and_none_lists_all(
    command: Command, answer: Command, put: Put
) -> None:
    put("Paper one", *(FASTER | {"value": value} for value in range(10, 40)))
    shown = command("speedups").stdout
    assert "speed · 30 claims" in shown
    assert "5 of 30; --limit 0 lists all" in shown
    assert len(answer("speedups", "--limit", "0")) == 30
    assert len(answer("leaderboard", "--limit", "0")) == 0


def test_a_benchmark_without_a_leaderboard_is_none_that_has_its_name_in_its_own(command: Command, put: Put) -> None:
    put("Paper one", {"benchmark": "CIFAR-100"}, {"benchmark": "CIFAR-10", "model": None})
    assert "CIFAR-100 · " in command("leaderboard", "cifar").stdout
    done = command("leaderboard", "CIFAR-10")
    assert done.returncode == 2
    assert "has no leaderboard of the benchmark 'CIFAR-10'; near to it are CIFAR-100" in done.stderr


def test_a_conflict_shows_each_number_with_its_paper_and_quote(command: Command, answer: Command, put: Put) -> None:
    put("Paper one", {"value": 80}, abstract="We see 80% once.")
    put("Paper two", {"value": 90, "setting": "greedy"}, abstract="We see 90% now.")
    shown = command("conflicts").stdout
    assert "Quokka · Foo · Accuracy ──" in shown
    assert "80–90% in 2 papers\n" in shown
    assert "80%  “We see 80% once.”" in shown
    assert "90%  greedy" in shown
    assert "1 of 1 conflict" in shown
    [conflict] = answer("conflicts", "--model", "quokka", "--benchmark", "foo")
    assert [(claim["value"], claim["title"]) for claim in conflict["claims"]] == [(80, "Paper one"), (90, "Paper two")]


def test_numbers_of_one_sentence_share_its_quote(command: Command, put: Put) -> None:
    put("Paper one", {"value": 80})
    put("Paper two", {"value": 85}, {"value": 90}, abstract="We see 85% and 90% here.")
    shown = command("conflicts").stdout
    assert shown.count("“We see 85% and 90% here.”") == 1
    assert "80–90% in 2 papers" in shown


def test_papers_and_models_stand_side_by_side_with_what_is_missing(command: Command, put: Put) -> None:
    put("Paper one: a start", {"value": 80}, {"model": "Wombat", "value": 70}, {"model": "Wombat", "benchmark": "Bar"})
    put("Paper two: an end", {"value": 85})
    shown = command("compare", "quokka", "WOMBAT", "paper two").stdout
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    assert "A model Quokka · 2 claims" in lines
    assert any(line.startswith("C paper Paper two: an end · ") for line in lines)
    assert "Foo · Accuracy │ 85% ≠ +1 │ 70% │ 85% ≠" in lines
    assert "Bar · Accuracy │ – │ 84% │ –" in lines
    assert "2 of 2 lines, 1 that several report" in lines


def test_a_side_by_side_number_shows_what_it_is_on_the_scale_and_that_it_deserves_a_second_look(
    command: Command, put: Put
) -> None:
    trained = {"metric": "training time", "benchmark": "Foo", "value": 6, "unit": "h"}
    put("Paper one", trained, {"value": 40}, {"value": 70})
    put("Paper two", trained | {"model": "Wombat", "value": 90, "unit": "s"})
    done = command("compare", "quokka", "wombat", columns=160)
    shown = done.stdout.splitlines()
    assert any("6 h (21,600 s)" in line and "90 s" in line for line in shown)
    assert any("% ?" in line for line in shown)
    assert "? deserves a second look: several_values" in shown


@pytest.mark.parametrize("columns", [40, 60, 80, 100, 120])
def test_no_number_is_broken_or_left_out_however_narrow_the_terminal(command: Command, put: Put, columns: int) -> None:
    names = [f"Quokka-{number}" for number in range(6)]
    for number, name in enumerate(names):
        put(f"Paper {name}", {"model": name, "value": 1234.56 + number, "unit": "tokens/s", "metric": "throughput"})
    done = command("compare", *names, columns=columns)
    assert all(f"{1234.56 + number:,}" in done.stdout for number in range(6))
    assert max(map(len, done.stdout.splitlines())) <= columns


def test_reviewed_claims_have_a_mark(command: Command, put: Put, store: Store) -> None:
    put("Paper one", {"value": 80})
    put("Paper two", {"model": "Wombat"})
    [claim] = store.query("SELECT paper_id, claim_id FROM claims WHERE model = 'Quokka'").to_pylist()
    record(store, [Verdict(**claim, verdict="accept")])
    assert "80%  Quokka  ✓" in command("leaderboard").stdout
    assert "80% ✓" in command("compare", "Quokka", "Wombat").stdout
    assert command("claims").stdout.count("✓") == 1


def test_a_leaderboard_stands_for_one_setting_and_says_up_to(command: Command, put: Put) -> None:
    put("Paper one", {"setting": "5-shot"}, {"model": "Wombat", "setting": "0-shot", "bound": "up_to"})
    shown = command("leaderboard").stdout
    assert "Foo · Accuracy · 5-shot · 1 model" in shown
    assert "Foo · Accuracy · 0-shot · 1 model" in shown
    assert "up to 84%  Wombat · 0-shot" in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["speedups", "--model", "Quoka"], "has no speedup of the model 'Quoka'; near to it are Quokka"),
        (["speedups", "--benchmark", "Fo0"], "has no speedup of the benchmark 'Fo0'; near to it are Foo"),
        (["conflicts", "--model", "Quoka"], "has no conflict of a model yet"),
        (["compare", "Quoka", "Quokka"], "no paper or model 'Quoka'; near to it are Quokka"),
        (["compare", "Quokka"], "1 named: 2 to 6"),
    ],
)
def test_an_unknown_name_is_refused_in_one_line(command: Command, put: Put, arguments: list[str], said: str) -> None:
    put("Paper one", FASTER)
    done = command(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_nothing_to_show_is_said(command: Command, put: Put) -> None:
    put("Paper one", {})
    assert "No claim says how many times faster" in command("speedups").stdout
    assert command("conflicts").stdout == "0 of 0 conflicts\n"


def test_nothing_in_a_name_can_repaint_the_terminal(command: Command, put: Put) -> None:
    evil = "Ev\x1b[31mil\u202e"
    names = {"model": f"{evil} m", "benchmark": f"{evil} b", "metric": f"{evil} latency", "setting": evil}
    put("Paper one", names, names | {"value": 20}, FASTER | names | {"baseline": evil}, FASTER | {"model": "Wombat"})
    for arguments in (["leaderboard"], ["speedups"], ["conflicts"], ["compare", f"{evil} m", "Wombat"]):
        for form in ([], ["--json"]):
            done = command(*arguments, *form)
            assert done.returncode == 0, done.stderr
            assert not {"\x1b", "\u202e"} & set(done.stdout)
