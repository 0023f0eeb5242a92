"""The user's aliases: what they do to claims, at once and until they are removed, and what is refused."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from made import Board, MakeClaim, MakeEntry, Read

from models.aliases import Alias, Aliases, read_aliases, write_aliases
from models.errors import ClaimboardError
from models.store import Store
from models.vocabulary import NameKind

Add = Callable[..., list[tuple[str, str, int, str | None]]]


@pytest.fixture
def add(store: Store) -> Add:
    """Add (kind, printed, name), and return these of all that changed, with the claims and what was before."""

    def make(*given: tuple[NameKind, str, str], replace: bool = False) -> list[tuple[str, str, int, str | None]]:
        aliases = [Alias(kind=kind, printed=printed, name=name) for kind, printed, name in given]
        added = Aliases(store).add(aliases, replace=replace)
        return [(item.alias.printed, item.alias.name, item.claims, item.before) for item in added]

    return make


def test_an_alias_joins_leaderboards_at_once_and_its_removal_parts_them_again(
    board: Board, add: Add, store: Store
) -> None:
    columns = "benchmark, rank, model"
    apart = board(
        {"benchmark": "Burrow", "value": 70}, {"benchmark": "The Burrow Test 8", "value": 60}, columns=columns
    )
    assert apart == [("Burrow", 1, "m0"), ("The Burrow Test 8", 1, "m1")]
    assert add(("benchmark", "burrow-test-8", "Burrow")) == [("burrow-test-8", "Burrow", 1, None)]
    assert board(columns=columns) == [("Burrow", 1, "m0"), ("Burrow", 2, "m1")]
    assert Aliases(store).remove("benchmark", "Burrow Test 8").claims == 1
    assert board(columns=columns) == apart


def test_an_alias_of_a_metric_gives_it_the_direction_and_the_scale_of_what_it_names(board: Board, add: Add) -> None:
    claims = [{"metric": "oopsies", "value": 0.2, "unit": None}, {"metric": "oopsies", "value": 0.1, "unit": None}]
    columns = "metric, better, model, score, unit"
    assert [row[:2] for row in board(*claims, columns=columns)] == [("oopsies", "higher")] * 2
    add(("metric", "oopsies", "error rate"))
    assert board(columns=columns) == [
        ("Error rate", "lower", "m1", 10, "%"),
        ("Error rate", "lower", "m0", 20, "%"),
    ]


def test_an_alias_of_a_metric_that_is_only_understood_gives_it_what_is_understood_of_it(board: Board, add: Add) -> None:
    metrics = ("AKL", 80), ("attention kernel latency", 90), ("attention kernel latency", 70)
    claims = [{"metric": metric, "value": value, "unit": "ms"} for metric, value in metrics]
    board(*claims)
    add(("metric", "AKL", "attention kernel latency"))
    assert board(columns="rank, model, better") == [(1, "m2", "lower"), (2, "m0", "lower"), (3, "m1", "lower")]


def test_two_known_names_that_are_given_one_new_name_are_one_thing(board: Board, add: Add) -> None:
    board(
        {"benchmark": "GSM8K", "value": 70}, {"benchmark": "MBPP", "value": 60}, {"benchmark": "Numbers", "value": 50}
    )
    add(("benchmark", "GSM8K", "Numbers"), ("benchmark", "MBPP", "Numbers"))
    assert board(columns="benchmark, rank, model") == [("Numbers", rank, f"m{rank - 1}") for rank in (1, 2, 3)]


def test_what_loses_an_alias_to_another_is_called_as_it_was_before(board: Board, add: Add) -> None:
    board({"benchmark": "XBench"}, {"benchmark": "FOOBAR"})
    add(("benchmark", "XBench", "FooBar"))
    add(("benchmark", "XBench", "Other"), replace=True)
    assert board(columns="benchmark, model") == [("FOOBAR", "m1"), ("Other", "m0")]


def test_an_alias_wins_over_the_vocabulary_and_takes_every_known_name_of_a_thing_with_it(
    board: Board, add: Add
) -> None:
    board({"benchmark": "BBH"}, {"benchmark": "BIG-Bench Hard"}, {"benchmark": "GSM8K"})
    add(("benchmark", "BIG-Bench Hard", "Hard Things"))
    assert sorted(board(columns="benchmark, model")) == [
        ("GSM8K", "m2"),
        ("Hard Things", "m0"),
        ("Hard Things", "m1"),
    ]


def test_what_the_vocabulary_knows_can_be_shown_under_another_of_its_names(board: Board, add: Add) -> None:
    board({"benchmark": "BIG-Bench Hard"}, {"benchmark": "BBH"})
    add(("benchmark", "BIG-Bench Hard", "BBH"))
    assert board(columns="benchmark, benchmark_key, model_count") == [("BBH", "bigbenchhard", 2)] * 2
    with pytest.raises(ClaimboardError, match="is a name of 'BBH' already"):
        add(("benchmark", "BBH", "BIG-Bench Hard"))


def test_an_alias_of_a_model_is_one_of_baselines_too(
    store: Store, make_entry: MakeEntry, make_claim: MakeClaim, read: Read, add: Add
) -> None:
    [paper] = store.add_entries([make_entry()])
    read(paper, make_claim(paper, 3, "x", kind="ratio", model="Quokka", baseline="the old one"))
    assert add(("model", "old one", "GPT-4")) == [("old one", "GPT-4", 1, None)]
    assert store.query("SELECT canonical_baseline FROM claims").to_pylist() == [{"canonical_baseline": "GPT-4"}]


def test_papers_that_are_read_later_follow_an_alias_that_was_there_before(board: Board, add: Add) -> None:
    board({"benchmark": "Other"})
    add(("benchmark", "Burrow", "GSM8K"))
    assert ("GSM8K", "m1") in board({"benchmark": "Other"}, {"benchmark": "Burrow"}, columns="benchmark, model")


def test_aliases_of_aliases_lead_to_the_last_name_in_whichever_order_they_are_given(board: Board, add: Add) -> None:
    names = [{"benchmark": name} for name in ("One", "Two", "Three")]
    board(*names)
    add(("benchmark", "One", "Two"))
    assert sorted(add(("benchmark", "Two", "Three"))) == [("One", "Three", 1, "Two"), ("Two", "Three", 1, None)]
    assert {row[0] for row in board(columns="benchmark")} == {"Three"}


@pytest.mark.parametrize(
    ("alias", "message"),
    [
        (("GSM-8K", "gsm8k"), "are one benchmark already, in two spellings"),
        (("Burrow", "Warren"), "'Burrow' cannot be one of 'Warren'"),
        (("Warren", "Foo"), "is an alias of 'Burrow' already.*--replace"),
    ],
)
def test_an_alias_of_itself_in_a_circle_or_of_two_things_is_refused_and_nothing_is_stored(
    board: Board, add: Add, store: Store, alias: tuple[str, str], message: str
) -> None:
    board({"benchmark": "Warren"})
    add(("benchmark", "Warren", "Burrow"))
    with pytest.raises(ClaimboardError, match=message):
        add(("benchmark", "Hole", "Burrow"), ("benchmark", *alias))
    assert [item.alias.printed for item in Aliases(store).listed()] == ["Warren"]


@pytest.mark.parametrize(("printed", "name"), [("", "Foo"), ("Foo", " \n"), ("Foo", "")])
def test_an_empty_name_is_refused(printed: str, name: str) -> None:
    with pytest.raises(ClaimboardError, match="an empty name: nothing was added"):
        Alias.checked("model", printed, name)


def test_an_alias_takes_the_place_of_another_only_where_that_is_asked_for(board: Board, add: Add) -> None:
    board({"benchmark": "Warren"})
    add(("benchmark", "Warren", "Burrow"))
    assert add(("benchmark", "Warren", "Hole"), replace=True) == [("Warren", "Hole", 1, "Burrow")]
    assert board(columns="benchmark") == [("Hole",)]


def test_an_alias_that_is_there_already_changes_nothing(board: Board, add: Add, store: Store) -> None:
    board({"benchmark": "Warren"})
    add(("benchmark", "Warren", "Burrow"))
    [before] = Aliases(store).listed()
    assert add(("benchmark", "warren", "burrow")) == [("Warren", "Burrow", 1, None)]
    assert Aliases(store).listed() == [before]


def test_removing_what_is_not_there_says_what_is_near(board: Board, add: Add, store: Store) -> None:
    board({})
    add(("benchmark", "Warren", "Burrow"))
    with pytest.raises(ClaimboardError, match="no alias of the benchmark 'Waren': near to it are Warren"):
        Aliases(store).remove("benchmark", "Waren")


def test_two_processes_that_add_at_once_lose_nothing(board: Board, store: Store, path: Path) -> None:
    board({"benchmark": "Burrow"})
    program = (
        "import sys; from models.aliases import Alias, Aliases; from models.store import Store\n"
        "for number in range(3): Aliases(Store(sys.argv[1], patience=600)).add("
        "[Alias(kind='benchmark', printed=f'{sys.argv[2]} {number}', name='Burrow')])"
    )
    workers = [subprocess.Popen([sys.executable, "-c", program, str(path), name]) for name in ("Hole", "Warren")]
    assert [worker.wait() for worker in workers] == [0, 0]
    assert len(Aliases(store).listed()) == 6


HOSTILE = ["=1+1", "'=1", "a,b", 'say "x"', "Ünïcode × 数", "-x"]


def test_a_file_that_was_written_is_read_as_it_was(tmp_path: Path) -> None:
    aliases = [Alias(kind="model", printed=text, name=f"{text} 2") for text in HOSTILE]
    file = tmp_path / "aliases.csv"
    with file.open("wb") as target:
        write_aliases(aliases, target)
    assert read_aliases(file) == aliases
    assert not any(line.startswith(("model,=", "model,-")) for line in file.read_text(encoding="utf-8").splitlines())


def test_aliases_stand_in_toml_by_kind_and_in_csv_as_spreadsheets_write_it(tmp_path: Path) -> None:
    expected = [Alias(kind="benchmark", printed="GSM 8000", name="GSM8K"), Alias(kind="metric", printed="x", name="y")]
    toml, other = tmp_path / "a.toml", tmp_path / "a.csv"
    toml.write_text('[benchmark]\n"GSM 8000" = "GSM8K"\n[metric]\nx = "y"\n', encoding="utf-8")
    other.write_text(
        "\ufeffname;kind;note;printed\r\nGSM8K;benchmark;;GSM 8000\r\ny;metric;sure;x\r\n", encoding="utf-8"
    )
    assert read_aliases(toml) == expected
    assert read_aliases(other) == expected


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "kind,printed\nmodel,x\n", "has no column name"),
        ("a.csv", "kind,printed,name\nmodel,x,y\nplanet,x,y\n", "a.csv:3: kind"),
        ("a.csv", "kind,printed,name\nmodel,x,\n", "a.csv:2: name: an empty name"),
        ("a.csv", "", "has no column kind, printed, name"),
        ("a.toml", "[model\n", "is not TOML"),
        ("a.toml", f"a = {'[' * 5_000}\n", "is not TOML: it is nested too deeply"),
        ("a.toml", "model = 3\n", "model is no table"),
        ("a.toml", '[planet]\nx = "y"\n', "planet 'x': kind"),
        ("a.toml", "[model]\nx = 3\n", "model 'x': name"),
    ],
)
def test_a_file_that_is_not_understood_is_refused_with_the_place(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ClaimboardError, match=message) as refused:
        read_aliases(file)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_or_not_utf8_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ClaimboardError, match="No such file"):
        read_aliases(tmp_path / "none.csv")
    (tmp_path / "latin.csv").write_bytes("kind,printed,name\nmodel,é,x".encode("latin-1"))
    with pytest.raises(ClaimboardError, match="is not UTF-8"):
        read_aliases(tmp_path / "latin.csv")
