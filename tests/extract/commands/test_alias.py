"""The commands `claimboard alias`: what they change, print and refuse."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models.store import Store

Put = Callable[..., str]
Command = Callable[..., Any]


@pytest.fixture(autouse=True)
def papers(put: Put) -> None:
    put("Paper one", {"benchmark": "Burrow"}, {"benchmark": "Burrow", "model": "Wombat", "value": 70})
    put("Paper two", {"benchmark": "Warren", "model": "Numbat", "value": 60})


def boards(command: Command) -> str:
    return "".join(
        line for line in command("leaderboard", "Burrow").stdout.splitlines() if "·" in line and "──" in line
    )


def test_an_alias_acts_at_once_on_leaderboards_and_exports_until_it_is_removed(command: Command) -> None:
    before = boards(command), command("export").stdout
    assert "2 models" in before[0]
    assert command("alias", "add", "benchmark", "warren", "Burrow").stdout == "1 claim now counts as Burrow: warren\n"
    assert "3 models" in boards(command)
    exported = list(csv.DictReader(io.StringIO(command("export").stdout)))
    assert {(row["benchmark"], row["canonical_benchmark"]) for row in exported} == {
        ("Burrow", "Burrow"),
        ("Warren", "Burrow"),
    }
    assert "Numbat" in command("leaderboard", "Warren").stdout
    removed = command("alias", "remove", "benchmark", "WARREN")
    assert removed.stdout == "1 claim no longer counts as Burrow: warren\n"
    assert (boards(command), command("export").stdout) == before


def test_aliases_go_from_one_file_to_another_through_csv(command: Command, tmp_path: Path) -> None:
    command("alias", "add", "benchmark", "Warren", "Burrow")
    command("alias", "add", "model", "=Wom", "Wombat")
    written = command("alias", "list", "--csv").stdout
    (tmp_path / "team.csv").write_bytes(written.encode())
    command("alias", "remove", "benchmark", "Warren")
    command("alias", "remove", "model", "=Wom")
    done = command("alias", "add", "--from", "team.csv")
    assert done.stdout == "1 claim now counts as Burrow: Warren\nno claim prints it yet, but =Wom counts as Wombat\n"
    assert command("alias", "list", "--csv").stdout == written


def test_a_list_says_how_many_claims_each_alias_acts_on(command: Command, answer: Command) -> None:
    assert "No alias yet" in command("alias", "list").stdout
    command("alias", "add", "benchmark", "Burrow", "Hole")
    assert " ".join(command("alias", "list").stdout.split()) == "2 claims benchmark Burrow → Hole"
    [listed] = answer("alias", "list", "--kind", "benchmark")
    assert (listed["printed"], listed["name"], listed["claims"]) == ("Burrow", "Hole", 2)
    assert answer("alias", "list", "--kind", "model") == []


def test_a_suggestion_is_a_command_that_joins_the_names(command: Command, answer: Command, put: Put) -> None:
    put("Paper three", {"benchmark": "Burrow tasks"}, {"benchmark": "Burrow-2 tasks"})
    [suggested] = answer("alias", "suggest", "--kind", "benchmark")
    assert suggested["command"] == "claimboard alias add benchmark 'Burrow tasks' Burrow"
    assert suggested["command"] in command("alias", "suggest").stdout
    assert command("alias", "suggest", "--csv").stdout.splitlines()[1:] == ["benchmark,Burrow tasks,Burrow"]
    command("alias", "add", suggested["kind"], suggested["printed"], suggested["name"])
    assert answer("alias", "suggest", "--kind", "benchmark") == []


def test_a_suggested_command_stands_in_one_line_however_narrow_the_terminal(command: Command, put: Put) -> None:
    put("Paper three", {"benchmark": "Burrow tasks"})
    assert "  claimboard alias add benchmark 'Burrow tasks' Burrow\n" in command("alias", "suggest", columns=20).stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add"], "an alias is a kind, a printed name and what it counts as"),
        (["add", "benchmark", "Warren"], "an alias is a kind"),
        (["add", "benchmark", "Warren", ""], "name: an empty name"),
        (["add", "benchmark", "Warren", "warren"], "in two spellings"),
        (["add", "--from", "none.csv"], "none.csv: No such file"),
        (["remove", "benchmark", "Warren"], "no alias of the benchmark 'Warren'"),
        (["list", "--csv", "--json"], "exclude each other"),
        (["add", "benchmark", "a", "b", "--db", "none.duckdb"], "none.duckdb does not exist"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    command: Command, store: Store, arguments: list[str], said: str
) -> None:
    done = command("alias", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_nothing_in_a_name_can_repaint_the_terminal(command: Command, put: Put) -> None:
    put("Paper three", {"benchmark": "Evil\x1b[31m\u202ebench"}, {"benchmark": "Evil\x1b[31m\u202ebench tasks"})
    for arguments in (
        ["suggest"],
        ["suggest", "--json"],
        ["add", "benchmark", "Evil\x1b[31m\u202ebench", "Ev\x1b]0;il\x07"],
        ["list"],
        ["remove", "benchmark", "Evil\x1b[31m\u202ebench"],
    ):
        done = command("alias", *arguments)
        assert done.returncode == 0, done.stderr
        assert not {"\x1b", "\u202e", "\x07"} & set(done.stdout)


def test_an_alias_of_a_known_name_says_under_which_name_it_is_shown(command: Command) -> None:
    done = command("alias", "add", "benchmark", "Warren", "gsm 8k")
    assert done.stdout == "1 claim now counts as GSM8K: Warren\n"


def test_a_kind_that_is_none_is_named_with_those_that_are(command: Command, tmp_path: Path) -> None:
    (tmp_path / "team.csv").write_text("kind,printed,name\nmodell,Warren,Burrow\n", encoding="utf-8")
    done = command("alias", "add", "--from", "team.csv")
    assert "team.csv:2: kind: 'modell' is none of 'benchmark', 'metric' or 'model': nothing was added" in done.stderr


def test_an_export_to_a_file_says_what_it_wrote_and_one_to_standard_output_nothing(command: Command) -> None:
    assert (
        command("export", "-o", "claims.csv", "--where", "value > 60").stderr
        == "wrote 2 rows of claims to claims.csv\n"
    )
    assert command("export", "-o", "papers.bib", "--format", "bibtex").stderr == "wrote papers.bib\n"
    assert command("export").stderr == ""


def test_a_view_or_column_that_is_none_is_refused_with_those_near_to_it(command: Command) -> None:
    assert "near to it are leaderboard" in command("export", "--view", "leaderbord").stderr
    assert "near to it are model" in command("export", "--columns", "modell").stderr
