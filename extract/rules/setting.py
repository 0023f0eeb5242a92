"""Conditions that tell a number from its neighbours: hardware, shots, lengths, 'on average'."""

import re

from extract.rules.context import Place
from extract.rules.text import Text
from models.vocabulary import normal_form

_CONDITION = re.compile(
    r"""(?ix)
    \b(?: on\ average | averaged? | best | worst | median | mean | maximum | peak
      | (?:zero|one|two|three|four|five|eight|ten|few|many|\d+)[- ]shot
      | \d+(?:[.,]\d+)?[kMB]?[- ](?:bit|tokens?|samples|steps|GPUs?|qubits|context|parameters)
      | batch\ size\ (?:of\ )?\d+
      | (?:NVIDIA\ )?(?:[ABHV][12]00|A10G?|L40S?|T4|P100|[RG]TX[- ]?\d{4}(?:[- ]?Ti)?|MI\d{3}X?)
      | TPU[- ]?v?\d\w? | FPGA | Jetson[- ]\w+ | M\d\ (?:Max|Pro|Ultra) | [CGTN]PUs?
    )\b
    """
)
"""What abstracts print as the condition of a number; hardware by vendors' product names."""


def setting_of(abstract: Text, place: Place, names: tuple[str | None, ...]) -> str | None:
    """Return the conditions printed in the clause of the mention, joined with ', ', or None."""
    sentence, at = place.sentence, place.position
    low = max(
        (i for i in range(at) if sentence.tokens[i].lower in (";", ":") or sentence.tokens[i].kind == "number"),
        default=0,
    )
    high = min(
        (
            i
            for i in range(at + 1, len(sentence.tokens))
            if sentence.tokens[i].lower in (";", ":", ",") or sentence.tokens[i].kind == "number"
        ),
        default=len(sentence.tokens),
    )
    start = sentence.tokens[low].start
    end = sentence.tokens[high - 1].end
    taken = {normal_form(name) for name in names if name}
    found: list[str] = []
    for match in _CONDITION.finditer(abstract.text, start, end):
        inside = match.start() < place.mention.end and place.mention.start < match.end()
        if not inside and match[0] not in found and normal_form(match[0]) not in taken:
            found.append(match[0])
    return ", ".join(found) or None
