"""The run of an abstract that makes a claim readable on its own: its sentence, or a clause of a long one."""

from extract.rules.context import Place
from extract.rules.text import Text

_LONGEST = 320
"""Characters; a sentence beyond this is cut at clause marks around the number."""


_CLAUSE_MARKS = frozenset({";", ":", "--", "\u2014"})


def evidence_of(abstract: Text, place: Place) -> tuple[int, int]:
    """Return the half-open character range of the sentence that holds the mention, cut to clauses where it is long."""
    sentence = place.sentence
    start = sentence.tokens[0].start
    end = sentence.tokens[-1].end
    if end - start > _LONGEST:
        marks = [
            token
            for token, depth in zip(sentence.tokens, sentence.depth, strict=True)
            if not depth and token.lower in _CLAUSE_MARKS
        ]
        mention = place.mention
        start = max((m.end for m in marks if m.end <= mention.start), default=start)
        end = min((m.start for m in marks if m.start >= mention.end), default=end)
    text = abstract.text
    while start < place.mention.start and text[start].isspace():
        start += 1
    while end > place.mention.end and (text[end - 1].isspace() or text[end - 1] in ".,;:"):
        end -= 1
    return start, end
