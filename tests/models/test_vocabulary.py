import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.errors import ClaimboardError
from models.vocabulary import Benchmark, NameKind, Vocabulary, normal_form, vocabulary

PARTS = r"the GSM 8K 3 70 B s S - . @ test set data score bench mark corpora $ \tau τ \textbf{ } é ² ½ ies _"
MARKED_UP = st.lists(st.sampled_from([*PARTS.split(), " "])).map("".join)


@given(st.one_of(st.text(), MARKED_UP))
@example("foo s")
@example("F1 sco re")
@example("İstanbul ẞ")
def test_the_form_of_a_form_is_itself(name: str) -> None:
    assert normal_form(normal_form(name)) == normal_form(name)


@pytest.mark.parametrize(
    "names",
    [
        (
            "GSM8K",
            "GSM-8K",
            "gsm8k",
            "GSM 8K",
            "\\textbf{GSM8K}",
            "the GSM8K benchmark",
            "GSM8K test set",
            "ＧＳＭ８Ｋ",
        ),
        ("$\\tau$-bench", "τ-bench", "tau-bench", "Tau Bench", "$\\tau$-Bench benchmark"),
        ("R2", "R²", "R^2", "$R^2$"),
        ("F1", "F1-score", "F1 scores", "$F_1$", "F$_1$ score", "F1 (%)"),
        ("Llama-3-8B", "LLaMA 3 8B", "llama_3_8b", "Llama3-8B", "{\\sc Llama}-3-8B"),
        ("accuracy", "Accuracies", "\\emph{Accuracy}", "the accuracy score"),
        ("speedup", "speed-up", "Speed-ups", "speed up"),
        ("Poincaré", "Poincare", "Poincar\\'e"),
        ("FID", "FID $\\downarrow$", "FID ↓"),
        ("ImageNet-1k", "ImageNet 1K", "imagenet_1k", "the ImageNet-1K dataset"),
        ("pass@1", "Pass @ 1", "pass@$1$", "Pass@1 score"),
        ("GPT-4", "GPT 4", "gpt4"),
    ],
)
def test_spellings_of_one_name_have_one_form(names: tuple[str, ...]) -> None:
    assert {normal_form(name) for name in names} == {normal_form(names[0])}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("MATH", "MATH-500"),
        ("GPT-4", "GPT-4o"),
        ("GPT-4", "GPT-4.1"),
        ("GPT-4o", "GPT-4o mini"),
        ("pass@1", "pass@10"),
        ("Llama-3-8B", "Llama-3-70B"),
        ("Llama-3-8B", "Llama-38B"),
        ("Llama-3.1", "Llama-31"),
        ("F1", "F2"),
        ("F1", "F0.1"),
        ("AIME 2024", "AIME 2025"),
        ("HumanEval", "HumanEval+"),
        ("A*", "A"),
        ("C", "C#"),
        ("CIFAR-10", "CIFAR-100"),
        ("Swin-S", "Swin"),
        ("VITS", "ViT"),
        ("MOSES", "MOSE"),
        ("score", "benchmark"),
        ("SWE-bench", "SWE-bench Lite"),
    ],
)
def test_names_of_two_things_stay_apart(one: str, other: str) -> None:
    assert normal_form(one) != normal_form(other)
    shipped = vocabulary()
    for resolve in (shipped.benchmark, shipped.metric, shipped.model):
        assert resolve(one) is None or resolve(one) is not resolve(other)


def test_a_name_without_letters_or_digits_is_still_a_name() -> None:
    assert normal_form(" ★ ") == "★"
    assert normal_form("") == ""


def test_every_shipped_name_resolves_to_its_entry() -> None:
    shipped = vocabulary()
    for benchmark in shipped.benchmarks.values():
        assert {shipped.benchmark(name) for name in benchmark.names} == {benchmark}
    for metric in shipped.metrics.values():
        assert {shipped.metric(name) for name in metric.names} == {metric}
    for model in shipped.models.values():
        assert {shipped.model(name) for name in model.names} == {model}


def test_a_name_is_never_guessed() -> None:
    shipped = vocabulary()
    assert shipped.benchmark("GSM9K") is None
    assert shipped.benchmark("GSM8K-Turkish") is None
    assert shipped.metric("pass@7") is None
    assert shipped.model("Llama-3-9B") is None


@pytest.mark.parametrize(
    ("printed", "name", "area"),
    [
        ("Grade School Math 8K", "GSM8K", "Reasoning"),
        ("BBH", "BIG-Bench Hard", "Reasoning"),
        ("ImageNet-1K", "ImageNet", "Computer Vision"),
        ("Massive Multitask Language Understanding", "MMLU", "Natural Language Processing"),
        ("LibriSpeech test-clean", "LibriSpeech test-clean", "Speech"),
    ],
)
def test_a_benchmark_is_known_by_the_names_that_papers_print(printed: str, name: str, area: str) -> None:
    benchmark = vocabulary().benchmark(printed)
    assert benchmark is not None
    assert (benchmark.name, benchmark.area) == (name, area)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("mean average precision", ("mAP", "quality", "higher", "percent")),
        ("word error rate", ("Word error rate", "quality", "lower", "percent")),
        ("Spearman's $\\rho$", ("Spearman correlation", "quality", "higher", "fraction")),
        ("wall-clock time", ("Runtime", "speed", "lower", "unit")),
        ("GPU memory usage", ("GPU memory", "memory", "lower", "unit")),
        ("tokens/s", ("Tokens per second", "speed", "higher", "unit")),
        ("PPL", ("Perplexity", "quality", "lower", "unit")),
        ("CO$_2$ emissions", ("Carbon emissions", "energy", "lower", "unit")),
    ],
)
def test_a_metric_says_which_values_are_better(printed: str, expected: tuple[str, str, str, str]) -> None:
    metric = vocabulary().metric(printed)
    assert metric is not None
    assert (metric.name, metric.family, metric.direction, metric.scale) == expected


def test_words_that_stand_for_a_metric_are_found_in_running_text() -> None:
    words = vocabulary().metric_words
    assert {
        "accuracy",
        "accuracies",
        "f1",
        "latency",
        "latencies",
        "speedups",
        "rate",
        "wer",
        "memory",
        "time",
    } <= words
    assert not {"is", "far", "the", "of", "humans", ""} & words
    assert all(word == word.lower() and " " not in word for word in words)


def test_a_name_given_in_full_and_in_short_is_one_name() -> None:
    shipped = vocabulary()
    assert shipped.metric("word error rate (WER)") is shipped.metric("WER")
    assert shipped.benchmark("Massive Multitask Language Understanding (MMLU)") is shipped.benchmark("MMLU")
    assert shipped.model("BERT (frozen)") is None
    assert shipped.metric("accuracy (F1)") is None


def test_names_to_look_for_in_running_text_are_no_ordinary_words() -> None:
    shipped = vocabulary()
    assert shipped.benchmark_names["GSM8K"] is shipped.benchmark("GSM8K")
    assert shipped.model_names["GPT-4o"] is shipped.model("GPT-4o")
    assert not {"Traffic", "Weather", "Go", "Adult", "Reddit"} & shipped.benchmark_names.keys()
    assert not {"Lion", "Quest", "Dream"} & shipped.model_names.keys()


def test_two_entries_that_share_a_name_are_refused() -> None:
    first = Benchmark(name="FooBench", aliases=("Foo-8",), task="Foo", area="Bar")
    second = Benchmark(name="Other", aliases=("foo 8",), task="Foo", area="Bar")
    with pytest.raises(ClaimboardError, match=r"'foo 8' names both 'FooBench' and 'Other'"):
        Vocabulary.of([first, second], [], [])


@pytest.mark.parametrize(
    ("kind", "name", "key"),
    [
        ("benchmark", "BBH", "bigbenchhard"),
        ("benchmark", "GSM-8K", "gsm8k"),
        ("metric", "word error rate (WER)", "worderrorrate"),
        ("model", "BERT (frozen)", "bertfrozen"),
        ("model", "Quokka-2", "quokka2"),
        ("metric", "", ""),
    ],
)
def test_names_are_compared_by_the_form_of_the_name_to_show(kind: NameKind, name: str, key: str) -> None:
    assert vocabulary().key(kind, name) == key
    assert vocabulary().key(kind, key) == key


def test_the_only_metric_of_a_benchmark_is_one_of_the_vocabulary() -> None:
    words = vocabulary()
    named = {entry.metric for entry in words.benchmarks.values() if entry.metric}
    assert named
    assert named <= {metric.name for metric in words.metrics.values()}


@pytest.mark.parametrize("name", ["ResNet-50 model", "ResNet50 Models", " ResNet-50  model "])
def test_what_a_name_is_a_name_of_is_no_part_of_it(name: str) -> None:
    assert vocabulary().form("model", name) == vocabulary().form("model", "ResNet-50")


@pytest.mark.parametrize("name", ["student model", "A" * 100_000 + " model", "a" * 100_000])
def test_other_words_before_model_stay_however_long_they_are(name: str) -> None:
    assert vocabulary().form("model", name).startswith(name[:7].lower())
