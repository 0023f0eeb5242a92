"""Replies outlive the process that paid for them, and no longer than needed."""

from pathlib import Path
from typing import Any

import pytest
from made_abstracts import made_papers, write_papers
from model_server import model_server

from extract.extractor import KeepsJournal, Stopped
from extract.llm.extractor import LlmExtractor
from extract.llm.journal import Journal, JournalEntry, JournalKey, forget
from extract.mentions import find_mentions
from extract.pipeline import Pipeline
from models.store import Store


def extractor(base_url: str, journal: Path, **options: Any) -> LlmExtractor:
    return LlmExtractor("openai/scripted", base_url=base_url, api_key="any", journal=journal, **options)


def test_what_was_answered_and_not_stored_is_not_asked_again(tmp_path: Path) -> None:
    papers, journal = made_papers(40), tmp_path / "claims.duckdb.replies"
    with model_server(responder="claim_responder:respond", by_text={"Foonet7:": "prose,invented_names"}) as server:
        first = {outcome.paper_id: outcome for outcome in extractor(server.base_url, journal).extract(papers[:30])}
        calls = server.stats()["calls"]
        assert calls == 32
        reader = extractor(server.base_url, journal)
        again = {outcome.paper_id: outcome for outcome in reader.extract(papers)}
        assert server.stats()["calls"] == calls + 10
    assert {paper_id: again[paper_id].claims for paper_id in first} == {key: first[key].claims for key in first}
    assert again["p7"].usage is not None
    assert again["p7"].usage.calls == 3
    assert isinstance(reader, KeepsJournal)
    reader.stored(outcome.paper_text for outcome in again.values())
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_was_killed_after_its_last_commit_leaves_no_reply_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_papers(tmp_path / "papers.jsonl", 3)
    store, journal = Store(tmp_path / "claims.duckdb"), tmp_path / "replies"
    with model_server(responder="claim_responder:respond") as server:
        with monkeypatch.context() as killed:
            killed.setattr(LlmExtractor, "stored", lambda *_: None)
            Pipeline(store, extractor(server.base_url, journal)).run([source])
        assert journal.exists()
        again = Pipeline(store, extractor(server.base_url, journal)).run([source])
    assert (again.pending, again.already_done) == (0, 3)
    assert not journal.exists()


def test_what_is_stored_is_asked_again_where_it_is_to_be_read_again(tmp_path: Path) -> None:
    papers, journal = made_papers(4), tmp_path / "replies"
    with model_server(responder="claim_responder:respond") as server:
        reader = extractor(server.base_url, journal)
        outcomes = list(reader.extract(papers))
        reader.stored(outcome.paper_text for outcome in outcomes[:2])
        list(reader.extract(papers))
        assert server.stats()["calls"] == 6


def test_another_text_and_another_model_are_asked_about_anew(tmp_path: Path) -> None:
    (paper,), journal = made_papers(1), tmp_path / "replies"
    changed = paper.model_copy(update={"abstract": f"{paper.abstract} It was improved to 99%."})
    with model_server(responder="claim_responder:respond") as server:
        list(extractor(server.base_url, journal).extract([paper]))
        list(extractor(server.base_url, journal).extract([changed]))
        list(LlmExtractor("openai/other", base_url=server.base_url, api_key="any", journal=journal).extract([paper]))
        assert server.stats()["calls"] == 3


@pytest.mark.parametrize("modes", [["json_object", "tools", "text"], ["json_object", "text"]])
def test_a_reply_is_read_in_the_form_in_which_it_was_asked_for(modes: list[str], tmp_path: Path) -> None:
    papers, journal = made_papers(5), tmp_path / "replies"
    with model_server(responder="claim_responder:respond", modes=modes) as server:
        first = {outcome.paper_id: outcome.claims for outcome in extractor(server.base_url, journal).extract(papers)}
        calls = server.stats()["calls"]
        again = {outcome.paper_id: outcome.claims for outcome in extractor(server.base_url, journal).extract(papers)}
        assert server.stats()["calls"] == calls
    assert again == first


def test_a_reply_about_other_numbers_of_the_same_text_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (paper,), journal = made_papers(1), tmp_path / "replies"
    with model_server(responder="claim_responder:respond") as server:
        list(extractor(server.base_url, journal).extract([paper]))
        _, last = find_mentions(paper.abstract)
        monkeypatch.setattr("extract.llm.marked.find_mentions", lambda _: [last])
        (outcome,) = extractor(server.base_url, journal).extract([paper])
        assert server.stats()["calls"] == 2
    assert [claim.number_start for claim in outcome.claims] == [last.start]


@pytest.mark.parametrize(
    "entry",
    [
        JournalEntry("json_schema", "openai.types.chat.chat_completion:ChatCompletion", "{"),
        JournalEntry("json_schema", "openai.types.chat.chat_completion:ChatCompletion", "[]"),
        JournalEntry("json_schema", "openai.types.chat.chat_completion:Nothing", "{}"),
        JournalEntry("json_schema", "openai:OpenAI", "{}"),
        JournalEntry("json_schema", "subprocess:Popen", "{}"),
        JournalEntry("prose", "openai.types.chat.chat_completion:ChatCompletion", '{"choices": []}'),
        JournalEntry("", "", ""),
    ],
)
def test_a_reply_that_is_none_is_asked_for(entry: JournalEntry, tmp_path: Path) -> None:
    (paper,), path = made_papers(1), tmp_path / "replies"
    with model_server(responder="claim_responder:respond") as server:
        reader = extractor(server.base_url, path)
        list(reader.extract([paper]))
        journal = Journal(path, reader.fingerprint)
        journal._connection.execute("UPDATE entries SET form = ?, kind = ?, reply = ?", entry)
        journal.close()
        assert [outcome.status for outcome in reader.extract([paper])] == ["done"]
        assert server.stats()["calls"] == 2


def test_the_file_stays_while_another_run_has_it_open(tmp_path: Path) -> None:
    path, entry = tmp_path / "replies", JournalEntry("json", "a:b", "{}")
    x, y, z = (JournalKey(paper, "asked") for paper in "xyz")
    one, other = Journal(path, "llm-1"), Journal(path, "llm-1")
    one.add(x, entry)
    other.add(y, entry)
    forget(path, "llm-1", ["x", "y"])
    assert path.exists()
    other.add(z, entry)
    one.close()
    other.close()
    left = Journal(path, "llm-1")
    assert (list(left.take(x)), list(left.take(z)), list(left.take(z))) == ([], [entry], [])
    left.close()
    forget(path, "llm-1", ["z"])
    assert list(tmp_path.iterdir()) == []
    forget(path, "llm-1", ["z"])


def test_a_journal_that_cannot_be_written_is_one_line_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "replies"
    path.write_bytes(b"no database" * 1_000)
    with pytest.raises(
        Stopped, match=r"replies: the journal of replies cannot be written.*free space or permit writing"
    ):
        Journal(path, "llm-1")
    with pytest.raises(Stopped, match="cannot be written"):
        Journal(tmp_path / "missing" / "replies", "llm-1")
