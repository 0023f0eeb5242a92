"""Tells digits that belong to a name or a place from digits that count or measure.

"GPT-4", "Qwen2.5-7B", "pass@200", "COCO 2017", "Table 2", "[12]", "2)", "O(1)" and "arxiv.org/abs/2508.04197" all hold
numerals that no paper claims. A named-entity recogniser would find some of them at a thousand times the cost.
"""

import re

from models.vocabulary import normal_form, vocabulary

_SERIES = frozenset(
    """
    table tables figure figures fig fig. figs. section sections sec sec. eq eq. equation theorem lemma proposition
    corollary definition appendix chapter algorithm page line vol vol. no. question hypothesis rq
    task tasks subtask track stage phase step level layer run runs experiment study version part type class category
    grade tier round turn condition scenario wave system
    claude llama gemini gpt qwen gemma mistral mixtral phi deepseek opus sonnet haiku flash falcon vicuna palm grok olmo
    smollm internvl kimi glm pythia bloom mpt ernie yi whisper diffusion sdxl sam dino yolo
    python cuda windows tesla rtx gtx xeon ryzen core web industry society iso ieee covid
    imagenet coco wmt glue semeval alpacaeval
    january february march april may june july august september october november december
    jan jan. feb feb. mar mar. apr apr. jun jun. jul jul. aug aug. sep sep. sept sept. oct oct. nov nov. dec dec.
    """.split()  # noqa: SIM905  (a list of quoted words is four times as long and no easier to read)
)
"""Words that number their members: what follows them is a label, not a quantity."""

_YEAR = re.compile(r"(?:19[5-9]|20[0-4])[0-9]\Z")
_COUNTED = re.compile(r"\s[a-z]{3,}")
_CLAUSE = re.compile(
    r"\s(?:and|the|through|with|that|this|which|have|has|had|was|were|are|using|show|from|for|when|where|while|there|their|our|"
    r"after|until|under|over|into|competition|challenge|shared|edition|dataset|datasets|benchmark|benchmarks|task|exam|"
    r"election|elections|conference|pandemic|season|workshop|track|test)(?![a-z])"
)
"""What may follow a year in lower case; any other word is taken for things counted ("2027 production rules")."""

_VERSION = re.compile(r"[0-9](?:\.[0-9])?\Z")
_PROPER = re.compile(r"[A-Z][\w-]*[a-z][\w-]*\Z")
_METRICS = frozenset(
    ("recall", "precision", "accuracy", "dice", "rouge", "bleu", "spearman", "pearson", "kappa", "score", "hits")
)
"""Capitalised words after which a small number is a result all the same."""

_BREAKS = frozenset("\x1f \n\t\r\xa0([{\"'=<>≤≥≈~:;,|±×→*+–$€£¥")
_OPEN_PREFIX = re.compile(r"(?:sub|x|~|up-to|by|of)-?\Z|-\Z|/-?\Z|\Z")
_LANDAU = re.compile(r"(?<![A-Za-z])[OΩΘ]\s{0,8}\(\s{0,3}\Z")
_TEN_TO_THE = re.compile(r"10\s?\^")
"""An error of O(10^{-5}) is a magnitude, a cost of O(n) is not."""

_CITATION_OPEN = re.compile(r"\[[0-9,;\s–-]*\Z")
_CITATION_CLOSE = re.compile(r"[0-9,;\s–-]*\]")
_LOCATOR = re.compile(r"(?:arxiv|doi|@|https?)[:\[]\s?\Z", re.IGNORECASE)
_DIMENSION_AFTER = re.compile(r"\s{0,8}[x×X*]\s{0,8}[0-9]")
_DIMENSION_BEFORE = re.compile(r"[0-9]\s{0,8}[x×X*]\s{0,8}\Z")
_MEASURED = re.compile(r"[0-9.]{1,8}\s{0,2}[%×]")
_LIST_JOINT = re.compile(r"\s?(?:,|and|or|&|to|/|-|–|,\sand)\s?\Z")


def _token_before(plain: str, start: int, floor: int) -> str:
    """Return what stands unbroken before `start`, no further back than `floor` or 40 characters."""
    index = start
    stop = max(floor, start - 40, 0)
    while index > stop and plain[index - 1] not in _BREAKS:
        index -= 1
    return plain[index:start]


def glued_to_name(plain: str, start: int, floor: int) -> bool:
    """Whether the digits at `start` continue a word: the 4 of "GPT-4", the 200 of "pass@200", an exponent."""
    token = _token_before(plain, start, floor)
    if token and not _OPEN_PREFIX.match(token.lower()):
        return not (token.endswith("/") and _MEASURED.match(plain, start))
    before = plain[max(0, start - 12) : start]
    if not before:
        return False
    last = before[-1]
    if last == "'" or before.rstrip().endswith("@") or (last in "{-–+. \x1f" and before.rfind("{") > before.rfind("}")):
        return True
    if last in ":[" and _LOCATOR.search(before):
        return True
    if last in "( \x1f" and _LANDAU.search(before) and not _TEN_TO_THE.match(plain, start):
        return True
    return last in "x×X* \x1f" and bool(_DIMENSION_BEFORE.search(before))


def continues_as_name(plain: str, end: int) -> bool:
    """Whether a word goes on at `end`, where no unit could be read: "3D", "2-D", "4o", "1st", "16x16", "1.2.3"."""
    after = plain[end : end + 3]
    if not after:
        return False
    if after[0] == "-" and after[1:2].isupper() and not after[2:].isalnum():
        return True
    if after[0].isalpha() or after[0] in "_^@" or (after[0] == "." and after[1:2].isdigit()):
        return True
    return after[0] in " x×X*\x1f" and bool(_DIMENSION_AFTER.match(plain, end))


def sizes_a_model(plain: str, start: int) -> bool:
    """Whether a name stands before the size at `start`, as in "Mistral 7B": then the size is part of the name."""
    words = plain[max(0, start - 40) : start].split()
    if not words or plain[start - 1] != " ":
        return False
    previous = words[-1].lstrip("([\"'")
    return previous.lower() in _SERIES or (
        len(words) > 1 and bool(_PROPER.match(previous)) and words[-2][-1] not in ".?!:"
    )


def _ends_a_name(words: list[str], printed: str) -> bool:
    """Whether a number and the words before it are a benchmark or a model of the field: MATH 500, ARC AGI 2."""
    known = vocabulary()
    for count in range(1, min(len(words), _WORDS_OF_A_NAME) + 1):
        name = " ".join(words[-count:]).lstrip("([\"'")
        form = normal_form(f"{name} {printed}")
        # What one letter and a number name is mostly something else: vitamin C 4.
        if len(name) > 1 and name[0].isupper() and (form in known.benchmarks or form in known.models):
            return True
    return False


_WORDS_OF_A_NAME = 3
"""Words before the number of a name that are looked at."""


def labels_something(plain: str, start: int, end: int, after_label: int) -> bool:
    """Whether a bare number is a citation, a list label, a year, or the number of a table, task or release.

    `after_label` is where the number before ended if that was a label itself: in "Runs 2 and 3" both are.
    """
    printed = plain[start:end]
    before = plain[max(0, start - 40) : start]
    after = plain[end : end + 1]
    whole = printed.isdigit()
    if after_label >= start - 8 and whole and _LIST_JOINT.match(plain[after_label:start]):
        return True
    if whole and len(printed) <= 2 and after == ")":
        opened = before.rfind("(") > before.rfind(")")
        if before.endswith("(") or not opened:
            return not before.endswith("(") or int(printed) <= 20
    if whole and "[" in before and _CITATION_OPEN.search(before) and _CITATION_CLOSE.match(plain, end):
        return True
    if whole and len(printed) > 1 and printed[0] == "0":
        return True
    words = before.split()
    previous = words[-1].lstrip("([\"'") if words and before[-1:].isspace() else ""
    if previous.lower() in _SERIES or (whole and previous[:1].isupper() and _ends_a_name(words, printed)):
        return True
    if printed.endswith(".0") and len(printed) == 3 and _PROPER.match(previous) and previous.lower() not in _METRICS:
        return True
    if _YEAR.match(printed):
        counted = _COUNTED.match(plain, end)
        return not counted or bool(_CLAUSE.match(plain, end)) or bool(_PROPER.match(previous)) or previous.isupper()
    if _VERSION.match(printed) and _PROPER.match(previous) and previous.lower() not in _METRICS and len(words) > 1:
        return not words[-2].endswith((".", "?", "!", ":"))
    if whole and after == "." and plain[end + 1 : end + 2] == " " and (not words or previous.endswith((".", ":", ";"))):
        return plain[end + 2 : end + 3].isupper()
    return False
