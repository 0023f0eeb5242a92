"""An abstract with the numbers it claims marked in place, so that each is read in its sentence."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element

from dashboards.markup import Node, element, way


def highlighted(
    abstract: str, claims: Sequence[Mapping[str, Any]], selected: str, address_of: Callable[[str], str]
) -> Element:
    """Return the abstract: the selected claim's number and sentence marked, every other number a way to its claim.

    Claims are rows with claim_id, number_start, number_end, evidence_start and evidence_end, in characters of the
    abstract; `address_of` returns where a claim is shown. Where two claims rest on one number, the selected one is
    marked, else the first.
    """
    chosen = [claim for claim in claims if claim["claim_id"] == selected]
    others = [claim for claim in claims if claim["claim_id"] != selected]
    ends = {0, len(abstract)}
    for claim in claims:
        ends |= {claim["number_start"], claim["number_end"]}
    for claim in chosen:
        ends |= {claim["evidence_start"], claim["evidence_end"]}
    places = sorted(end for end in ends if 0 <= end <= len(abstract))
    parts: list[Node] = []
    for start, end in pairwise(places):
        text = abstract[start:end]
        style = "evidence" if _holds(chosen, "evidence", start, end) else ""
        if _holds(chosen, "number", start, end):
            parts.append(element("mark", text, style_class="chosen"))
        elif other := _holds(others, "number", start, end):
            parts.append(way(text, address_of(other["claim_id"]), style_class=f"other {style}".strip()))
        else:
            parts.append(element("span", text, style_class=style) if style else text)
    return element("p", *parts, style_class="abstract")


def _holds(claims: Sequence[Mapping[str, Any]], what: str, start: int, end: int) -> Mapping[str, Any] | None:
    """Return the first claim whose number, or evidence, has these characters in it."""
    return next((claim for claim in claims if claim[f"{what}_start"] <= start and end <= claim[f"{what}_end"]), None)
