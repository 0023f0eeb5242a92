"""Words that are looked for in claims are found as they stand, in any case, in every text of a claim."""

import pytest
from made import MakeClaim, MakeEntry, Read

from models.selection import matching_claims
from models.store import Store


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("quokka-7b", True),
        ("84.5%", True),
        ("84x5%", False),
        ("ÉTUDE (v2.0+) [a|b]*", True),
        ("étude", True),
        ("\\d", False),
        ("\\E.*", False),
        (".", True),
        ("^", False),
        ("\0", False),
        ("quokka" * 5_000, False),
    ],
)
def test_words_are_no_pattern(
    store: Store, make_entry: MakeEntry, make_claim: MakeClaim, read: Read, words: str, found: bool
) -> None:
    [paper] = store.add_entries([make_entry("Étude (v2.0+) [a|b]*", "Quokka-7B reaches 84.5% on Foo.")])
    read(paper, make_claim(paper, 84.5, model="Quokka-7B", benchmark="Foo"))
    condition = matching_claims(search=words)
    rows = store.query(f"SELECT count(*) AS n FROM claims WHERE {condition.sql}", condition.parameters).to_pylist()
    assert rows == [{"n": int(found)}]
