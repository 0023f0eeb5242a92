"""Listing pages saved as text, in the layouts that browsers leave behind. All titles and abstracts are invented."""

from datetime import date
from pathlib import Path

import pytest

from extract.readers import Entry, Refusal, read

OTTER = "Otter: Sparse Routing for Small Decoders"
OTTER_ABSTRACT = (
    "We present Otter, a router that sends each token through a quarter of the layers. On PondQA it keeps 91.5% of the "
    "accuracy of the full decoder while halving the time per token. The routing table adds less than 1% to the weights."
)
HERON = "What Do Herons Count? A Study of $k$-Step Arithmetic"
HERON_ABSTRACT = (
    "Counting looks easy and is not. We test nine models on sums of up to forty terms and find that accuracy falls "
    "from 97% to 12% once carries chain over more than three digits."
)
NEWT = "newtDB: An Embedded Store for Long Logs"
NEWT_ABSTRACT = "This note describes newtDB, which writes logs 2.4x faster than a plain B-tree."
PAPERS = [(OTTER, OTTER_ABSTRACT), (HERON, HERON_ABSTRACT), (NEWT, NEWT_ABSTRACT)]


def entries(path: Path) -> list[Entry]:
    items = list(read([str(path)]))
    assert [str(item) for item in items if isinstance(item, Refusal)] == []
    return [item for item in items if isinstance(item, Entry)]


def page(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "page.txt"
    path.write_text(text, encoding="utf-8")
    return path


def pairs(found: list[Entry]) -> list[tuple[str, str]]:
    return [(entry.title, entry.abstract) for entry in found]


def test_a_page_with_blank_lines_and_a_header_gives_its_papers_and_their_lines(tmp_path: Path) -> None:
    header = (
        "new\n\nGet trending papers in your email inbox!\n\nSubscribe\n\nbyAK and the research community\n\nMar 11\n\n"
    )
    found = entries(page(tmp_path, header + "\n\n".join(f"{title}\n\n{abstract}" for title, abstract in PAPERS)))
    assert pairs(found) == PAPERS
    assert [entry.line for entry in found] == [11, 15, 19]
    assert all(entry.date_printed is None for entry in found)


def test_a_compact_page_loses_the_button_that_is_glued_to_its_first_title(tmp_path: Path) -> None:
    body = "\n".join(f"{title}\n{abstract}" for title, abstract in PAPERS)
    found = entries(page(tmp_path, f"Get the newest papers in your inbox!\nSubscribe{body}\n"))
    assert pairs(found) == PAPERS


@pytest.mark.parametrize("first", ["Summary, Recall and the Rest of Reading", "Title; or, What a Name Does to a Paper"])
def test_a_page_that_begins_like_the_heading_of_a_table_is_a_page(tmp_path: Path, first: str) -> None:
    papers = [(first, OTTER_ABSTRACT), (HERON, HERON_ABSTRACT)]
    assert pairs(entries(page(tmp_path, "\n\n".join(f"{title}\n\n{abstract}" for title, abstract in papers)))) == papers


def test_what_follows_an_abstract_is_kept_as_authors_and_date(tmp_path: Path) -> None:
    facts = ["  • 5 authors\n·\nJan 22", "  • 12 authors\n·\nOct 2, 2024 3", "1 author · 2 October 2024"]
    body = "\n\n".join(
        f"{title}\n\n{abstract}\n\n{fact}" for (title, abstract), fact in zip(PAPERS, facts, strict=True)
    )
    found = entries(page(tmp_path, f"Daily Papers\n\nNov 24\n\n{body}"))
    assert pairs(found) == PAPERS
    assert [entry.author_count for entry in found] == [5, 12, 1]
    assert [entry.date_printed for entry in found] == ["Jan 22", "Oct 2, 2024", "2 October 2024"]
    assert [entry.published for entry in found] == [None, date(2024, 10, 2), date(2024, 10, 2)]


def test_a_paper_without_metadata_takes_none_from_its_neighbours(tmp_path: Path) -> None:
    listed = [f"{title}\n\n{abstract}" for title, abstract in PAPERS]
    text = "\n\n".join([listed[0], "• 5 authors\n·\nJan 22", *listed[1:]])
    assert [entry.author_count for entry in entries(page(tmp_path, text))] == [5, None, None]


def test_upvotes_submitters_and_buttons_are_no_papers(tmp_path: Path) -> None:
    text = "\n".join(
        f"Submitted by\nriverfan\n\n128\n\n{title}\n{abstract}\n\nPond University\n·\nPublished on Oct 2, 2025\n\n"
        "Upvote\n12\nGitHub\n1.2k\nView arXiv page\nView PDF\nAdd to collection\n"
        for title, abstract in PAPERS
    )
    found = entries(page(tmp_path, f"{text}\nPrevious\n1\n2\nNext\nPrivacy\n© Paper Pond"))
    assert pairs(found) == PAPERS
    assert all(entry.published == date(2025, 10, 2) for entry in found)


def test_labels_and_identifiers_of_a_listing_are_understood(tmp_path: Path) -> None:
    text = "\n".join(
        f"[{number}] arXiv:2401.0000{number} [pdf, html, other]\nTitle: {title}\nAuthors: Ada Brook, Wei Lake\n"
        f"Comments: 9 pages\nSubjects: Machine Learning (cs.LG)\nAbstract: {abstract} ▽ More"
        for number, (title, abstract) in enumerate(PAPERS, start=1)
    )
    found = entries(page(tmp_path, text))
    assert pairs(found) == PAPERS
    assert [entry.paper_id for entry in found] == ["2401.00001", "2401.00002", "2401.00003"]
    assert found[0].authors == ("Ada Brook", "Wei Lake")


def test_numbers_of_a_list_and_a_line_of_names_are_not_in_the_title(tmp_path: Path) -> None:
    names = ["Ada Brook, Wei Lake, Jo van Dam", "Ada Brook and Li Wu"]
    listed = [f"{n}. {title}\n{names[n - 1]}\n\n{abstract}" for n, (title, abstract) in enumerate(PAPERS[:2], start=1)]
    found = entries(page(tmp_path, "\n\n".join(listed)))
    assert pairs(found) == PAPERS[:2]
    assert found[0].authors == ("Ada Brook", "Wei Lake", "Jo van Dam")


def test_paragraphs_of_an_abstract_stay_together(tmp_path: Path) -> None:
    second = "Across six ponds the gain holds, and it grows with depth."
    third = "Code is available at https://pond.example/otter"
    text = f"{OTTER}\n\n{OTTER_ABSTRACT}\n\n{second}\n\n- twice as fast\n\n{third}\n\n{HERON}\n\n{HERON_ABSTRACT}"
    found = entries(page(tmp_path, text))
    assert found[0].abstract == f"{OTTER_ABSTRACT}\n{second}\n- twice as fast\n{third}"
    assert pairs(found[1:]) == [PAPERS[1]]


def test_lines_broken_at_a_width_are_joined_in_title_and_abstract(tmp_path: Path) -> None:
    text = (
        "Otter Revisited: Sparse Routing for Small Decoders That Run on\nBattery Power\n\n"
        "We present a router that sends each token through a quarter of the\n"
        "layers and keeps 91.5% of the accuracy of the full decoder on the\n"
        "PondQA questions, while it halves the time that each token takes.\n\n"
        f"{NEWT}\n\n"
        "This note describes a store that writes logs 2.4x faster than the\n"
        "usual kind of tree, with a worst case that stays below one second\n"
        "on every disk that was tried.\n"
    )
    found = entries(page(tmp_path, text))
    assert [entry.title for entry in found] == [
        "Otter Revisited: Sparse Routing for Small Decoders That Run on Battery Power",
        NEWT,
    ]
    assert "\n" not in found[0].abstract
    assert found[0].abstract.endswith("while it halves the time that each token takes.")


@pytest.mark.parametrize("kept", [40, 75, 120])
def test_a_page_cut_within_an_abstract_keeps_what_is_there(tmp_path: Path, kept: int) -> None:
    text = f"{OTTER}\n\n{OTTER_ABSTRACT}\n\n{HERON}\n\n{HERON_ABSTRACT[:kept]}"
    assert pairs(entries(page(tmp_path, text))) == [PAPERS[0], (HERON, HERON_ABSTRACT[:kept].strip())]


def test_a_page_cut_after_a_title_says_on_which_line(tmp_path: Path) -> None:
    path = page(tmp_path, f"{OTTER}\n\n{OTTER_ABSTRACT}\n\n{HERON}\n")
    found, refusal = read([str(path)])
    assert isinstance(found, Entry)
    assert isinstance(refusal, Refusal)
    assert str(refusal).startswith(f"{path}:5: 'What Do Herons Count?")


def test_a_title_in_the_middle_without_abstract_is_reported_and_the_rest_read(tmp_path: Path) -> None:
    path = page(tmp_path, f"{OTTER}\n\n{OTTER_ABSTRACT}\n\n{HERON}\n\n{NEWT}\n\n{NEWT_ABSTRACT}")
    items = list(read([str(path)]))
    assert pairs([item for item in items if isinstance(item, Entry)]) == [PAPERS[0], PAPERS[2]]
    assert [item.line for item in items if isinstance(item, Refusal)] == [5]


def test_pages_that_were_joined_are_read_as_the_pages_they_were(tmp_path: Path) -> None:
    header = (
        "new\n\nGet trending papers in your email inbox!\n\nSubscribe\n\nbyAK and the research community\n\nMar 11\n\n"
    )
    blocks = [f"{header}{title}\n\n{abstract}\n\n" for title, abstract in PAPERS[1:]]
    blocks.append(f"Get the newest papers in your inbox!\nSubscribe{OTTER}\n{OTTER_ABSTRACT}\n")
    found = entries(page(tmp_path, "".join(blocks)))
    assert pairs(found) == [*PAPERS[1:], PAPERS[0]]
    assert [entry.date_printed for entry in found] == [None, None, None]


def test_a_page_cut_at_its_top_says_where_the_abstract_without_title_is(tmp_path: Path) -> None:
    path = page(tmp_path, f"{OTTER_ABSTRACT * 2}\n\n{HERON}\n\n{HERON_ABSTRACT}\n")
    refusal, found = read([str(path)])
    assert isinstance(refusal, Refusal)
    assert str(refusal).startswith(f"{path}:1: an abstract without a title")
    assert isinstance(found, Entry)
    assert found.title == HERON


def test_metadata_between_title_and_abstract_is_of_that_paper(tmp_path: Path) -> None:
    text = "\n".join(
        f"{title}\n{n} authors · 2024-03-0{n}\n{abstract}" for n, (title, abstract) in enumerate(PAPERS, 1)
    )
    found = entries(page(tmp_path, text))
    assert pairs(found) == PAPERS
    assert [(entry.author_count, entry.published) for entry in found] == [(n, date(2024, 3, n)) for n in (1, 2, 3)]


def test_an_abstract_alone_is_one_paper_named_by_its_first_words(tmp_path: Path) -> None:
    (found,) = entries(page(tmp_path, OTTER_ABSTRACT))
    assert found.abstract == OTTER_ABSTRACT
    assert found.title == "We present Otter, a router that sends each token through a quarter…"


def test_a_text_of_title_and_abstract_is_one_paper(tmp_path: Path) -> None:
    assert pairs(entries(page(tmp_path, f"{NEWT}\n{NEWT_ABSTRACT}\n"))) == [PAPERS[2]]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_encodings_with_a_byte_order_mark_and_line_ends_of_any_system_are_read(
    tmp_path: Path, encoding: str, line_end: str
) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes(line_end.join([OTTER, "", OTTER_ABSTRACT, ""]).encode(encoding))
    assert pairs(entries(path)) == [PAPERS[0]]


def test_five_real_pages_hold_471_entries_of_379_papers() -> None:
    """Runs on pages that are kept beside the checkout where they exist; the layouts above stand for them elsewhere."""
    pages = Path(__file__).resolve().parents[4] / "shared" / "data" / "seeds"
    if not pages.is_dir():
        return
    found = entries(pages)
    assert len(found) == 471
    assert len({entry.title_key for entry in found}) == 379
    assert all(len(entry.title) < 150 and len(entry.abstract) > 490 for entry in found)
    assert not any(entry.abstract[0].islower() for entry in found)
    assert sum(entry.author_count is not None for entry in found) == 64
    assert sum(entry.published is not None for entry in found) == 38
