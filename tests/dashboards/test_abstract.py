"""An abstract with its numbers marked: every character once, in its place, and as text."""

from typing import Any
from xml.etree.ElementTree import tostring

import pytest

from dashboards.abstract import highlighted

_TEXT = "Ours gets 84% on Foo. It needs 35% less <b>memory</b> & time."


def _claim(name: str, number: str, evidence: str) -> dict[str, Any]:
    start, begin = _TEXT.index(number), _TEXT.index(evidence)
    return {
        "claim_id": name,
        "number_start": start,
        "number_end": start + len(number),
        "evidence_start": begin,
        "evidence_end": begin + len(evidence),
    }


_CLAIMS = [_claim("a", "84%", "Ours gets 84% on Foo"), _claim("b", "35%", "It needs 35% less <b>memory</b>")]


@pytest.mark.parametrize("selected", ["a", "b", "none of them"])
def test_shows_every_character_once_in_order(selected: str) -> None:
    made = highlighted(_TEXT, _CLAIMS, selected, str)
    assert "".join(made.itertext()) == _TEXT
    assert "<b>" not in tostring(made, encoding="unicode", method="html")


def test_marks_the_number_and_the_sentence_of_the_selected_claim_and_leads_to_the_others() -> None:
    made = highlighted(_TEXT, _CLAIMS, "b", lambda claim: f"./claims?claim={claim}")
    assert [part.text for part in made.findall("mark")] == ["35%"]
    assert [part.text for part in made.findall("span[@class='evidence']")] == ["It needs ", " less <b>memory</b>"]
    assert [(part.text, part.get("href")) for part in made.findall("a")] == [("84%", "./claims?claim=a")]


def test_a_number_inside_the_selected_sentence_leads_to_its_claim_and_stays_part_of_the_sentence() -> None:
    wide = _claim("c", "35%", _TEXT)
    (other,) = highlighted(_TEXT, [_CLAIMS[0], wide], "c", str).findall("a")
    assert (other.text, other.get("class")) == ("84%", "other evidence")


def test_of_two_claims_on_one_number_the_selected_one_is_marked() -> None:
    twin = {**_CLAIMS[0], "claim_id": "twin"}
    for selected in ("a", "twin"):
        made = highlighted(_TEXT, [_CLAIMS[0], twin], selected, str)
        assert [part.text for part in made.findall("mark")] == ["84%"]
        assert not made.findall("a")


def test_characters_beyond_the_basic_plane_count_as_one() -> None:
    text = "𝔽𝕠𝕠 🚀 reaches 84%"
    start = text.index("84%")
    claim = {"claim_id": "a", "number_start": start, "number_end": start + 3, "evidence_start": 0, "evidence_end": 9}
    made = highlighted(text, [claim], "a", str)
    assert [part.text for part in made.findall("mark")] == ["84%"]
