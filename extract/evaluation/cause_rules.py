"""Which cause an error has: for each field, rules in the order in which they are tried; the first that fits decides.

`causes.toml` says of each cause what it is called, gives an example, and says what was done about it.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from extract.evaluation.agreement import same_number
from extract.evaluation.scene import Scene
from models.vocabulary import vocabulary

MISSED = "missed"
NOT_A_CLAIM = "not a claim"

OTHER = "other"

Rule = tuple[str, Callable[[Scene], bool]]


def cause_of(scene: Scene, field: str) -> str:
    """Return the id of the cause why a field is wrong, a claim was missed, or what was extracted is no claim."""
    return next((f"{_slug(field)}.{name}" for name, fits in RULES[field] if fits(scene)), OTHER)


def _slug(field: str) -> str:
    return field.replace(" ", "_")


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda text: compiled.search(text) is not None


_says_change = _matches(
    r"\b(?:by|gain\w*|improv\w*|increas\w*|reduc\w*|decreas\w*|drop\w*|declin\w*|degrad\w*|collaps\w*|boost\w*|rais\w*"
    r"|rise[sn]?|higher|lower|more|less|fewer|better|worse|outperform\w*|surpass\w*|exceed\w*|Delta|saving\w*)\b|Δ"
)
_says_improvement = _matches(r"\b(?:improv\w*|better|gain\w*|boost\w*)\b")
_has_name = _matches(r"(?-i:[A-Z])|\d")
_ends_in_setting = _matches(
    r"(?:[@=<>≤≥:]\s*|\b(?:(?:temperature|threshold|ratio|fraction|rate|batch|step|epoch|fold|shot|depth|width|seed|top"
    r"|window)s?(?:\s+(?:of|to|is))?|(?:at|with|between|from)(?:\s+\S+\s+(?:and|or|to))?)[\s$(\[]*)$"
)
_begins_with_size = _matches(
    r"^[\s-]*(?:\w+[\s-]+){0,2}?(?:bits?|samples?|images?|texts?|papers?|models?|datasets?|tasks?|problems?|questions?"
    r"|parameters?|tokens?|layers?|gpus?|participants?|patients?|languages?|classes|examples?|steps|machines|step)\b"
)
_SIZES = frozenset({"bit", "bits", "GB", "MB", "TB", "KB", "tokens", "samples", "parameters", "images", "M", "B", "K"})

_is_generic = _matches(
    r"^(?:(?:performance|improvements?|gains?|increases?|reductions?|decreases?|drops?|results?|speed|efficiency|scores?"
    r"|values?|metrics?|quality|advantage|absolute|relative|margin)\s*)+$"
)


def _is_own(text: str) -> bool:
    return re.search(r"\b(?:we|our|ours|this (?:paper|work|study|article))\b", text, re.IGNORECASE) is not None


def _unit(scene: Scene) -> str | None:
    claim = scene.match.gold or scene.match.predicted
    return None if claim is None else claim.unit


def _is_equal_mention(scene: Scene) -> bool:
    gold = scene.match.gold
    return gold is not None and any(same_number(gold, mention) for mention in scene.mentions)


def _is_part_of_range(scene: Scene) -> bool:
    gold = scene.match.gold
    ends = set() if gold is None else {gold.value, gold.value_high} - {None}
    return not _is_equal_mention(scene) and any(
        ends & {mention.value, mention.value_high} for mention in scene.mentions
    )


def _shares_number(scene: Scene) -> bool:
    """Whether another labelled claim of the sentence has the same number, and was found."""
    gold = scene.match.gold
    return gold is not None and any(
        match.predicted is not None and same_number(gold, match.predicted) for _, match in scene.beside
    )


def _is_repeat(scene: Scene) -> bool:
    """Whether the number of something that is no claim is labelled as well, found elsewhere."""
    predicted = scene.match.predicted
    return predicted is not None and any(
        match.gold is not None and match.predicted is not None and same_number(match.gold, predicted)
        for match in scene.comparison.matches
    )


def _is_whole(scene: Scene) -> bool:
    claim = scene.match.gold or scene.match.predicted
    return claim is not None and claim.unit is None and claim.value == int(claim.value)


def _is_kind(labelled: str, said: str) -> Callable[[Scene], bool]:
    return lambda scene: (
        scene.match.gold is not None and (scene.match.gold.kind, scene.said("kind")) == (labelled, said)
    )


def _later_member(scene: Scene) -> bool:
    """Whether an earlier number of the sentence has the labelled kind too, and was read so."""
    gold = scene.match.gold
    return gold is not None and any(
        match.predicted is not None and other.kind == match.predicted.kind == gold.kind
        for other, match in scene.beside_before
    )


def _changes_nearby(scene: Scene) -> bool:
    return _says_change(scene.before[-80:]) or _says_change(scene.after[:40])


def _of_kind(scene: Scene) -> bool:
    return "kind" in scene.match.wrong


def _both(*parts: Callable[[Scene], bool]) -> Callable[[Scene], bool]:
    return lambda scene: all(part(scene) for part in parts)


def _silent(name: str) -> Callable[[Scene], bool]:
    return lambda scene: scene.said(name) is None


def _unlabelled(name: str) -> Callable[[Scene], bool]:
    return lambda scene: not scene.labelled(name)


def _in_sentence(name: str) -> Callable[[Scene], bool]:
    return lambda scene: scene.is_in_sentence(name)


def _says(name: str, test: Callable[[Scene, str], bool]) -> Callable[[Scene], bool]:
    return lambda scene: (said := scene.said(name)) is not None and test(scene, said)


def _says_proposal(name: str) -> Callable[[Scene], bool]:
    return _says(name, lambda scene, said: scene.is_proposal(said))


def _says_from_sentence(name: str) -> Callable[[Scene], bool]:
    return lambda scene: scene.is_said_in_sentence(name)


def _says_from_elsewhere(name: str) -> Callable[[Scene], bool]:
    return lambda scene: scene.said(name) is not None and not scene.is_said_in_sentence(name)


def _says_neighbour(name: str) -> Callable[[Scene], bool]:
    return lambda scene: scene.is_of_neighbour(name)


def _says_other_role(name: str) -> Callable[[Scene], bool]:
    return lambda scene: scene.has_other_role(name)


def _gives_proposal(scene: Scene) -> bool:
    """Whether the model said is the abstract's own proposal, and the labelled one is not."""
    return scene.is_proposal(scene.said("model")) and not scene.is_labelled_proposal("model")


def _is_base(scene: Scene, said: str) -> bool:
    """Whether a name is a model's that methods are tried on: known to the vocabulary, or called so."""
    called = re.search(rf"\b(?:base|backbone)(?: model)?,? {re.escape(said)}", scene.sentence)
    return called is not None or vocabulary().model(said) is not None


def _is_opposite(scene: Scene) -> bool:
    return {scene.said("direction"), *scene.labelled("direction")} == {"increase", "decrease"}


def _is_better_low(scene: Scene) -> bool:
    known = [vocabulary().metric(wording) for wording in scene.labelled("metric")]
    return any(metric is not None and metric.direction == "lower" for metric in known)


def _follows_bound(scene: Scene, bound: str | None) -> bool:
    """Whether a number before this one in the sentence is labelled with a bound."""
    return any(gold.bound == bound for gold, _ in scene.beside_before)


RULES: Mapping[str, Sequence[Rule]] = {
    MISSED: (
        ("shared_number", _shares_number),
        ("range", _is_part_of_range),
        ("no_mention", lambda scene: not _is_equal_mention(scene)),
        ("count", _is_whole),
        ("factor", lambda scene: _unit(scene) in ("x", "orders of magnitude")),
        ("level", _is_equal_mention),
    ),
    NOT_A_CLAIM: (
        ("repeat", _is_repeat),
        ("size", lambda scene: _unit(scene) in _SIZES or _begins_with_size(scene.after)),
        ("letters", lambda scene: not any(sign.isdigit() for sign in scene.number)),
        ("motivation", lambda scene: not _is_own(scene.earlier + scene.sentence)),
        ("setting", lambda scene: _ends_in_setting(scene.before)),
        ("count", _is_whole),
    ),
    "kind": (
        ("delta_in_list", _both(_is_kind("delta", "score"), _later_member)),
        ("delta_despite_word", _both(_is_kind("delta", "score"), _changes_nearby)),
        ("delta_without_word", _is_kind("delta", "score")),
        ("delta_as_ratio", _is_kind("delta", "ratio")),
        ("score_as_delta", _is_kind("score", "delta")),
        ("score_as_ratio", _is_kind("score", "ratio")),
        ("share_as_score", _is_kind("ratio", "score")),
        ("share_as_delta", _is_kind("ratio", "delta")),
    ),
    "unit": (
        ("missed", _silent("unit")),
        ("another", lambda scene: scene.said("unit") is not None),
    ),
    "metric": (
        ("sentence_missed", _both(_silent("metric"), _in_sentence("metric"))),
        ("earlier_missed", _silent("metric")),
        ("invented", _unlabelled("metric")),
        ("neighbour", _says_neighbour("metric")),
        ("unsaid", lambda scene: scene.may_be_empty("metric")),
        ("too_long", lambda scene: scene.shares_words("metric") and scene.is_longer("metric")),
        ("too_short", lambda scene: scene.shares_words("metric")),
        ("other_role", _says_other_role("metric")),
        ("generic", _says("metric", lambda _, said: _is_generic(said))),
        ("earlier", _says_from_elsewhere("metric")),
        ("other_phrase", _in_sentence("metric")),
        ("not_carried", lambda scene: scene.is_elsewhere("metric")),
    ),
    "model": (
        ("proposal_missed", _both(_silent("model"), lambda scene: scene.is_labelled_proposal("model"))),
        ("sentence_missed", _both(_silent("model"), _in_sentence("model"))),
        ("earlier_missed", _silent("model")),
        ("proposal_invented", _both(_unlabelled("model"), _says_proposal("model"))),
        ("invented", _unlabelled("model")),
        ("title", lambda scene: scene.is_only_in_title("model")),
        ("proposal_for_compared", _both(_gives_proposal, _in_sentence("model"))),
        ("proposal_for_other", _gives_proposal),
        ("neighbour", _says_neighbour("model")),
        ("part", lambda scene: scene.shares_words("model")),
        (
            "base",
            _both(
                lambda scene: scene.is_labelled_proposal("model"),
                _says("model", _is_base),
            ),
        ),
        ("other_role", _says_other_role("model")),
        ("phrase", _says("model", lambda _, said: not _has_name(said))),
        ("other_name", lambda scene: scene.said("model") is not None),
    ),
    "benchmark": (
        ("proposal_missed", _both(_silent("benchmark"), lambda scene: scene.is_labelled_proposal("benchmark"))),
        ("sentence_missed", _both(_silent("benchmark"), _in_sentence("benchmark"))),
        ("earlier_missed", _silent("benchmark")),
        ("task", _both(_unlabelled("benchmark"), _says_from_sentence("benchmark"))),
        ("carried_too_far", _unlabelled("benchmark")),
        ("neighbour", _says_neighbour("benchmark")),
        ("part_of_several", lambda scene: any("," in wording for wording in scene.labelled("benchmark"))),
        ("part", lambda scene: scene.shares_words("benchmark")),
        ("other_name", _says_from_sentence("benchmark")),
        ("earlier", _says_from_elsewhere("benchmark")),
    ),
    "bound": (
        (
            "list_missed",
            lambda scene: scene.said("bound") == "exact" and _follows_bound(scene, scene.labelled("bound")[0]),
        ),
        ("missed", lambda scene: scene.said("bound") == "exact"),
        (
            "carried_too_far",
            lambda scene: scene.labelled("bound") == ("exact",) and _follows_bound(scene, scene.said("bound")),
        ),
        ("another", lambda scene: scene.said("bound") is not None),
    ),
    "direction": (
        ("of_kind", _of_kind),
        ("of_metric", _both(_is_opposite, lambda scene: "metric" in scene.match.wrong)),
        (
            "improvement",
            _both(_is_opposite, _is_better_low, lambda scene: _says_improvement(scene.sentence)),
        ),
        ("reversed", _is_opposite),
        ("missed", _silent("direction")),
        ("invented", _unlabelled("direction")),
    ),
    "baseline": (
        ("of_kind", _both(_of_kind, lambda scene: "score" in (*scene.labelled("kind"), scene.said("kind")))),
        ("compared_missed", _both(_silent("baseline"), lambda scene: scene.is_compared("baseline"))),
        ("sentence_missed", _both(_silent("baseline"), _in_sentence("baseline"))),
        ("earlier_missed", _silent("baseline")),
        ("invented", _unlabelled("baseline")),
        ("own_model", _says("baseline", lambda scene, said: said in scene.labelled("model"))),
        ("neighbour", _says_neighbour("baseline")),
        ("part", lambda scene: scene.shares_words("baseline")),
        ("other_phrase", lambda scene: scene.said("baseline") is not None),
    ),
}
"""Field, or 'missed' or 'not a claim' -> rules; the id of a cause is the field, a full stop, and the rule's name."""
