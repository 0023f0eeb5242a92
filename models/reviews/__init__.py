"""Reviews: what people say of claims, kept apart from what extractors read, and stronger than it.

A verdict is given on a number in a text. It holds the whole claim as the person left it, so it stays when another
extractor reads the same text otherwise, and says nothing once the text is another.
"""

from models.reviews.correction import CORRECTABLE, Invalid
from models.reviews.log import record
from models.reviews.seen import Seen
from models.reviews.verdict import Judgement, Recorded, Result, Verdict

__all__ = ["CORRECTABLE", "Invalid", "Judgement", "Recorded", "Result", "Seen", "Verdict", "record"]
