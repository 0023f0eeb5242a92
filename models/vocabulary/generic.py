"""Names that name something within their paper only: "the baseline", "our method", "the best model".

Two papers that print one of them do not mean one thing; `generic.toml` has the words that such names are made of.
"""

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

_WORD = re.compile(r"[^\W\d_]+")


def is_generic(name: str) -> bool:
    """Whether a printed name of a model has no word of its own."""
    return all(word in _words() or word.removesuffix("s") in _words() for word in _WORD.findall(name.casefold()))


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    source = files("models.vocabulary") / "generic.toml"
    return frozenset(tomllib.loads(source.read_text("utf-8"))["words"])
