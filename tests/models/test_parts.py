"""Parts are taken into a store whole, in any order, any number of times; what is damaged is named and left out."""

from pathlib import Path

import pytest
from made import MakeEntry
from made_parts import HEAD, MakePart, rows, taken_in

from models.errors import ClaimboardError
from models.parts import Folder, LoadResult, Part, PartHead, load
from models.parts.part import FORMAT
from models.run import Usage
from models.store import Store


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(str(tmp_path / "parts"))
    made.make()
    return made


def test_what_was_written_is_what_is_read(folder: Folder, make_entry: MakeEntry, make_part: MakePart) -> None:
    part = make_part(make_entry(authors=("Ann Ode",), given_id="7", published="2026-01-02"), make_entry("Ünïcode 数"))
    name = folder.write(0, 0, "0" * 16, part)
    assert folder.names() == [name]
    assert folder.read(name) == part
    assert folder.write(0, 0, "0" * 16, part) == name
    assert folder.names() == [name]


def test_loading_twice_changes_nothing(
    store: Store, folder: Folder, make_entry: MakeEntry, make_part: MakePart
) -> None:
    for chunk in range(3):
        folder.write(0, chunk, f"{chunk:016}", make_part(*(make_entry(f"Paper {chunk} {n}") for n in range(4))))
    first, _ = taken_in(store, folder.address)
    assert (first.parts, first.entries, first.papers, first.claims) == (3, 12, 12, 12)
    before = rows(store)
    again, _ = taken_in(store, folder.address)
    assert (again.parts, again.entries, again.papers, again.claims) == (3, 12, 0, 0)
    assert rows(store) == before
    assert [
        paper["title"]
        for paper in store.query(
            "FROM store.papers JOIN store.texts USING (paper_id, text_hash) ORDER BY position"
        ).to_pylist()
    ] == [f"Paper {chunk} {n}" for chunk in range(3) for n in range(4)]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_abstracts_of_one_paper_the_longer_one_counts_in_either_order(
    store: Store, folder: Folder, make_entry: MakeEntry, make_part: MakePart, order: tuple[int, int]
) -> None:
    texts = ("Quokka reaches 84%.", "Quokka reaches 84% on Foo, and more.")
    names = [folder.write(0, n, f"{n:016}", make_part(make_entry(abstract=text))) for n, text in enumerate(texts)]
    for place in order:
        taken_in(store, f"{folder.address}/{names[place]}")
    claims = store.query("SELECT value, evidence FROM claims").to_pylist()
    assert claims == [{"value": float(len(texts[1])), "evidence": texts[1]}]


def test_a_damaged_part_is_one_line_and_the_others_are_taken_in(
    store: Store, folder: Folder, make_entry: MakeEntry, make_part: MakePart
) -> None:
    names = [folder.write(0, n, f"{n:016}", make_part(make_entry(f"Paper {n}"))) for n in range(4)]
    paths = [Path(folder.address) / str(name) for name in names]
    data = paths[1].read_bytes()
    paths[1].write_bytes(data[:100] + bytes([data[100] ^ 1]) + data[101:])
    paths[2].write_bytes(data[: len(data) // 2])
    result, refusals = taken_in(store, folder.address)
    assert (result.parts, result.refused, result.papers) == (2, 2, 2)
    assert [line.partition(": ")[0] for line in refusals] == [str(path) for path in paths[1:3]]
    assert all("the part is damaged" in line and "\n" not in line for line in refusals)


def test_a_part_of_a_newer_claimboard_asks_for_it(
    store: Store, folder: Folder, make_entry: MakeEntry, make_part: MakePart
) -> None:
    newer = HEAD.model_copy(update={"format": FORMAT + 1})
    folder.write(0, 0, "0" * 16, make_part(make_entry(), head=newer))
    result, [refusal] = taken_in(store, folder.address)
    assert (result.parts, result.refused) == (0, 1)
    assert "upgrade claimboard" in refusal


def test_a_part_of_other_rules_does_not_replace_what_these_have_read(
    store: Store, folder: Folder, make_entry: MakeEntry, make_part: MakePart
) -> None:
    older = HEAD.model_copy(update={"fingerprint": "rules-0"})
    now = folder.write(0, 0, "0" * 16, make_part(make_entry()))
    folder.write(0, 0, "1" * 16, make_part(make_entry(), head=older))
    result, [refusal] = taken_in(store, folder.address)
    assert (result.parts, result.refused, result.papers) == (1, 1, 1)
    assert "other rules" in refusal
    assert str(now) not in refusal


def test_what_a_model_has_read_comes_with_what_it_took_whichever_model_it_is(
    store: Store, folder: Folder, make_entry: MakeEntry, make_part: MakePart
) -> None:
    usage = Usage(calls=2, tokens_in=900, tokens_out=40, tokens_cached=128, seconds=1.5, cost_usd=0.01)
    part = make_part(make_entry())
    asked = part.readings[0].model_copy(update={"usage": usage, "replies": ("first", "second")})
    for number, model in enumerate(("llm-a", "llm-b")):
        head = PartHead(claimboard="1", extractor="llm", fingerprint=model, parameters=f'{{"model": "{model}"}}')
        folder.write(0, number, f"{number:016}", Part(head, (asked,)))
    folder.write(0, 2, "2" * 16, part)
    for papers in (3, 0):
        result, refusals = taken_in(store, folder.address)
        assert (result.parts, result.papers, result.usage.calls, refusals) == (3, papers, 4 * (papers > 0), [])
    told = "SELECT extractor, fingerprint, parameters, status, calls, tokens_in, cost_usd FROM store.runs ORDER BY ALL"
    assert store.query(told).to_pylist() == [
        {"extractor": "llm", "fingerprint": model, "parameters": f'{{"model": "{model}"}}', "status": "finished"}
        | {"calls": 2, "tokens_in": 900, "cost_usd": 0.01}
        for model in ("llm-a", "llm-b")
    ] + [
        {"extractor": "rules", "fingerprint": "rules-1", "parameters": None, "status": "finished"}
        | {"calls": None, "tokens_in": None, "cost_usd": None}
    ]
    replies = store.query("SELECT reply FROM store.replies WHERE fingerprint = 'llm-b' ORDER BY position")
    assert replies.to_pylist() == [{"reply": "first"}, {"reply": "second"}]


def test_a_load_that_is_cut_off_is_an_interrupted_run_and_goes_on(
    store: Store, folder: Folder, make_entry: MakeEntry, make_part: MakePart
) -> None:
    for chunk in range(2):
        folder.write(0, chunk, f"{chunk:016}", make_part(make_entry(f"Paper {chunk}")))

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(store, [folder.address], HEAD.fingerprint, LoadResult(), refused=print, taken=stop)
    assert store.query("SELECT status FROM store.runs").to_pylist() == [{"status": "interrupted"}]
    result, _ = taken_in(store, folder.address)
    assert (result.parts, result.papers) == (2, 1)
    assert {row["status"] for row in store.query("SELECT status FROM store.runs").to_pylist()} == {"finished"}


def test_a_key_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(ClaimboardError, match="AWS_ACCESS_KEY_ID") as refused:
        Folder("s3://AKIA:secret@bucket/parts")
    assert "secret@" not in str(refused.value)


def test_a_folder_without_parts_is_an_error(store: Store, tmp_path: Path) -> None:
    (tmp_path / "other.parquet").write_bytes(b"PAR1")
    for place in (str(tmp_path), str(tmp_path / "nowhere"), str(tmp_path / "other.parquet")):
        with pytest.raises(ClaimboardError, match=r"there is no part in it|there is no such folder|cannot be used"):
            taken_in(store, place)
    with pytest.raises(ClaimboardError, match="cannot be used as a folder of parts"):
        taken_in(store, "nosuchscheme://bucket/parts")


def test_parts_may_be_at_an_address(store: Store, tmp_path: Path, make_entry: MakeEntry, make_part: MakePart) -> None:
    folder = Folder((tmp_path / "parts").as_uri())
    folder.make()
    folder.write(0, 0, "0" * 16, make_part(make_entry()))
    result, _ = taken_in(store, folder.address)
    assert result.papers == 1
