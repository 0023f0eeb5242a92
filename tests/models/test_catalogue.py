"""Which entries become one paper, and what it is called."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from made import MakeEntry

from models.catalogue import Catalogue, Identity, PaperRecord
from models.paper import Entry
from models.store import Store

LONG = "Quokka reaches 84% on Foo. It takes 3 seconds."


def ids(store: Store, *entries: Entry) -> list[str]:
    """One paper id per entry, each entry read in a call of its own."""
    return [store.add_entries([entry])[0].paper_id for entry in entries]


def rows(store: Store, sql: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = store.query(sql).to_pylist()
    return found


def test_two_spellings_of_a_title_are_one_paper(store: Store, make_entry: MakeEntry) -> None:
    papers = store.add_entries([make_entry("Quokka: A Small Parser"), make_entry("QUOKKA — a small  parser", line=9)])
    assert [paper.title for paper in papers] == ["Quokka: A Small Parser"]


def test_versions_of_one_arxiv_id_are_one_paper_whatever_their_titles(store: Store, make_entry: MakeEntry) -> None:
    first = make_entry("Quokka", given_id="2401.00001v1")
    second = make_entry("Quokka, revised", url="https://arxiv.org/abs/2401.00001v3")
    assert ids(store, first, second) == ["2401.00001v1"] * 2


def test_entries_with_one_doi_or_arxiv_id_are_one_paper_whatever_else_their_sources_call_it(
    store: Store, make_entry: MakeEntry
) -> None:
    by_doi = [make_entry("Quokka", given_id="W1", given_doi="10.1000/q"), make_entry("A quokka", url="doi:10.1000/Q")]
    by_arxiv_id = [
        make_entry("Numbat", given_id="W2", given_arxiv_id="2401.00002"),
        make_entry(given_id="2401.00002v1"),
    ]
    assert ids(store, *by_doi, *by_arxiv_id) == ["W1", "W1", "W2", "W2"]


def test_what_a_source_says_of_doi_and_arxiv_id_goes_before_what_its_id_and_url_hold(
    make_entry: MakeEntry,
) -> None:
    entry = make_entry(
        given_id="2401.00001",
        given_arxiv_id="arXiv:2401.00002v3",
        given_doi="https://doi.org/10.1000/Two",
        url="https://doi.org/10.1000/one",
    )
    assert (entry.paper_id, entry.arxiv_id, entry.doi) == ("2401.00001", "2401.00002", "10.1000/two")


def test_two_arxiv_ids_are_two_papers_even_under_one_title(store: Store, make_entry: MakeEntry) -> None:
    entries = [make_entry("Editorial", given_id="2401.00001"), make_entry("Editorial", given_id="2401.00002")]
    assert ids(store, *entries) == ["2401.00001", "2401.00002"]
    assert [paper.paper_id for paper in store.add_entries(entries)] == ["2401.00001", "2401.00002"]


def test_two_dois_are_two_papers_even_under_one_title(store: Store, make_entry: MakeEntry) -> None:
    entries = [make_entry(given_id="10.1000/one"), make_entry(given_id="10.1000/two")]
    assert len(store.add_entries(entries)) == 2


def test_a_preprint_and_its_publication_are_one_paper_known_by_both_ids(store: Store, make_entry: MakeEntry) -> None:
    preprint = make_entry(given_id="2401.00001", url="https://doi.org/10.48550/arXiv.2401.00001")
    published = make_entry(given_id="10.1000/Quokka")
    assert (
        ids(store, preprint, published, make_entry("Other words", url="https://doi.org/10.1000/quokka"))
        == ["2401.00001"] * 3
    )
    assert rows(store, "SELECT arxiv_id, doi FROM papers") == [{"arxiv_id": "2401.00001", "doi": "10.1000/quokka"}]


def test_an_entry_without_id_joins_the_paper_of_its_title(store: Store, make_entry: MakeEntry) -> None:
    assert ids(store, make_entry(given_id="2401.00001"), make_entry()) == ["2401.00001"] * 2


def test_an_entry_with_an_id_joins_the_paper_of_its_title_that_had_none(store: Store, make_entry: MakeEntry) -> None:
    first, second, third = ids(
        store, make_entry(), make_entry(given_id="2401.00001"), make_entry(given_id="2401.00002")
    )
    assert first == second != third
    assert rows(store, f"SELECT arxiv_id FROM papers WHERE paper_id = '{first}'") == [{"arxiv_id": "2401.00001"}]


def test_files_that_both_count_from_one_give_distinct_papers_with_the_same_ids_every_time(
    store: Store, make_entry: MakeEntry
) -> None:
    entries = [
        make_entry(f"{subject} {number}", location=f"{subject}.csv", line=number, given_id=str(number))
        for subject in ("Birds", "Fish")
        for number in (1, 2)
    ]
    first = ids(store, *entries)
    assert first[:2] == ["1", "2"]
    assert [paper_id.split("~")[0] for paper_id in first] == ["1", "2", "1", "2"]
    assert len(set(first)) == 4
    assert [paper.paper_id for paper in store.add_entries(entries)] == first
    assert {row["given_id"] for row in rows(store, "SELECT given_id FROM store.sources")} == {"1", "2"}


def test_a_longer_abstract_takes_the_place_of_one_that_a_page_cut_off(store: Store, make_entry: MakeEntry) -> None:
    [short] = store.add_entries([make_entry()])
    [long] = store.add_entries([make_entry("Quokka, a Small Parser", LONG, line=2)])
    [still_long] = store.add_entries([make_entry()])
    assert (long.paper_id, long.title, long.abstract) == (short.paper_id, "Quokka, a Small Parser", LONG)
    assert still_long == long
    assert {row["abstract"] for row in rows(store, "SELECT abstract FROM store.texts")} == {short.abstract, LONG}


def test_details_that_a_later_source_adds_are_filled_in_and_none_is_overwritten(
    store: Store, make_entry: MakeEntry
) -> None:
    store.add_entries([make_entry(url="https://a.example")])
    store.add_entries([make_entry(url="https://b.example", authors=("Ada Bell", "Cy Dee"), date_printed="Jan 22")])
    assert rows(store, "SELECT url, authors, author_count, date_printed FROM papers") == [
        {"url": "https://a.example", "authors": ["Ada Bell", "Cy Dee"], "author_count": 2, "date_printed": "Jan 22"}
    ]


def test_every_place_where_a_paper_was_read_is_kept_once(store: Store, make_entry: MakeEntry) -> None:
    entries = [make_entry(), make_entry(line=7), make_entry(location="other.csv"), make_entry()]
    for _ in range(2):
        store.add_entries(entries)
    assert rows(store, "SELECT sources FROM papers") == [{"sources": ["list.txt:1", "list.txt:7", "other.csv:1"]}]


def test_a_file_name_or_author_that_is_not_unicode_does_not_stop_an_entry(store: Store, make_entry: MakeEntry) -> None:
    papers = store.add_entries([make_entry(location="caf\udce9.csv", authors=("\ud835",), given_id="\udc00")])
    assert [paper.paper_id for paper in papers] == ["?"]
    assert rows(store, "SELECT authors, sources FROM papers") == [{"authors": ["?"], "sources": ["caf?.csv:1"]}]


TITLES = st.sampled_from(["Editorial", "editorial", "Quokka", "Wombat"])
GIVEN = st.sampled_from(
    [None, "1", "2", "2401.00001", "2401.00002v2", "10.1000/a", "10.1000/b", "10.48550/arXiv.2401.00001"]
)
URLS = st.sampled_from([None, "https://arxiv.org/abs/2401.00001", "https://doi.org/10.1000/a", "https://x.example"])
ENTRIES = st.lists(
    st.builds(
        Entry,
        location=st.just("list.txt"),
        line=st.integers(1, 50),
        title=TITLES,
        abstract=st.text("ab", min_size=1, max_size=4),
        given_id=GIVEN,
        given_arxiv_id=GIVEN,
        given_doi=GIVEN,
        url=URLS,
    ),
    max_size=12,
)


@settings(max_examples=300)
@given(ENTRIES)
def test_any_entries_give_distinct_ids_and_no_two_papers_share_an_arxiv_id_or_doi(entries: list[Entry]) -> None:
    catalogue = Catalogue([], 1)
    for entry in entries:
        catalogue.place(entry, Identity.of(entry))
    records = catalogue.changed()
    for name in ("paper_id", "arxiv_id", "doi"):
        values = [getattr(record, name) for record in records if getattr(record, name) is not None]
        assert len(values) == len(set(values))


@settings(max_examples=300)
@given(ENTRIES)
def test_what_is_known_in_part_or_whole_changes_no_answer(entries: list[Entry]) -> None:
    at_once = Catalogue([], 1)
    expected = [at_once.place(entry, Identity.of(entry)).paper_id for entry in entries]
    known: list[PaperRecord] = []
    stepwise = []
    for entry in entries:
        catalogue = Catalogue(known, len(known) + 1)
        stepwise.append(catalogue.place(entry, Identity.of(entry)).paper_id)
        changed = {record.paper_id: record for record in catalogue.changed()}
        known = sorted(
            ({record.paper_id: record for record in known} | changed).values(), key=lambda record: record.position
        )
    assert stepwise == expected


@settings(max_examples=300)
@given(ENTRIES)
def test_paper_ids_are_those_that_entries_name_unless_taken(entries: list[Entry]) -> None:
    for entry in entries:
        assert Identity.of(entry).paper_id == entry.paper_id
