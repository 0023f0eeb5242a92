"""A store with claims to review."""

import pytest
from made import MakeClaim, MakeEntry, Read

from models.paper import Paper
from models.store import Store


@pytest.fixture
def paper(store: Store, make_entry: MakeEntry) -> Paper:
    return store.add_entries(
        [make_entry(abstract="84% of Quokka, 91% of Numbat, on Foo.", url="https://quokka.example/1", given_id="q")]
    )[0]


@pytest.fixture
def claimed(store: Store, paper: Paper, make_claim: MakeClaim, read: Read) -> Store:
    """One paper with two claims, as the rules read them: a score, and a delta that they are less sure of."""
    read(
        paper,
        make_claim(paper, 84, metric="accuracy", model="Quokka", benchmark="Foo", certainty=0.9),
        make_claim(
            paper, 12, kind="delta", direction="increase", baseline="Numbat", metric="speed", ordinal=1, certainty=0.4
        ),
    )
    return store
