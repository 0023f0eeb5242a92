"""Closed word lists of the grammar, read from `lexicon.toml`."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True)
class Lexicon:
    """Words in lower case, by what they do in a sentence that reports a result."""

    function_words: frozenset[str]
    verbs: frozenset[str]
    ambiguous: frozenset[str]
    proposing: frozenset[str]
    comparing: frozenset[str]
    increase: frozenset[str]
    decrease: frozenset[str]
    changes: frozenset[str]
    greek: frozenset[str]
    benchmark_heads: frozenset[str]
    model_heads: frozenset[str]


def inflect(verb: str) -> set[str]:
    """Return the forms of a regular English verb: 'improve' gives improve, improves, improved, improving."""
    stem = verb[:-1] if verb.endswith("e") else verb
    third = verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "z")) else "s")
    past = verb + ("d" if verb.endswith("e") else "ed")
    forms = {verb, third, past, stem + "ing"}
    if verb.endswith("y") and verb[-2] not in "aeiou":
        forms |= {verb[:-1] + "ies", verb[:-1] + "ied"}
    if (
        verb[-1] in "tpngmdlb"
        and verb[-2] in "aeiou"
        and (len(verb) < 5 or verb in {"outrun", "permit", "submit", "forget", "admit"})
    ):
        forms |= {verb + verb[-1] + "ing", verb + verb[-1] + "ed"}
    return forms


@lru_cache(maxsize=1)
def _load() -> Lexicon:
    table = tomllib.loads((files("extract.rules") / "lexicon.toml").read_text(encoding="utf-8"))
    words = {key: frozenset(value.split()) for key, value in table["words"].items()}
    verbs = {form for verb in table["verbs"]["regular"].split() for form in inflect(verb)}
    verbs |= set(table["verbs"]["irregular"].split())
    ambiguous = frozenset(table["verbs"]["ambiguous"].split())
    inflected = {
        key: frozenset(form for verb in table["stems"][key].split() for form in inflect(verb))
        | words.get(key, frozenset())
        for key in table["stems"]
    }
    return Lexicon(
        function_words=words["function"],
        verbs=frozenset(verbs - set(table["verbs"]["nouns"].split()) - ambiguous),
        ambiguous=ambiguous,
        proposing=inflected["proposing"],
        comparing=words["comparing"],
        increase=inflected["increase"],
        decrease=inflected["decrease"],
        changes=words["changes"],
        greek=words["greek"],
        benchmark_heads=words["benchmark_heads"],
        model_heads=words["model_heads"],
    )


LEXICON = _load()
