"""The numbers of an abstract, each rule both ways: what is found, and what looks like it and is not."""

import pytest

from extract.mentions import find_mentions

Reading = tuple[float, float | None, str | None, str]


def readings(text: str) -> list[Reading]:
    return [(mention.value, mention.value_high, mention.unit, mention.bound) for mention in find_mentions(text)]


def exact(value: float, unit: str | None = None, high: float | None = None) -> Reading:
    return value, high, unit, "exact"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("tested on 11 corpora", 11),
        ("a perplexity of 28.4", 28.4),
        ("a loss of .05", 0.05),
        ("a loss of 0,946", 0.946),
        ("all 1,024 prompts", 1024),
        ("all 1{,}024 prompts", 1024),
        (r"all $1\,024$ prompts", 1024),
        ("all 1\u202f024 prompts", 1024),
        ("all 20 000 prompts", 20000),
        ("all 12,345,678.5 rows", 12345678.5),
        ("an error of 1.2e-3", 0.0012),
        (r"an error of $3 \times 10^{-4}$", 0.0003),
        ("an error of 3×10⁻⁴", 0.0003),
        ("an error of 6x10-6", 0.000006),
        ("some 10^5 steps", 1e5),
        ("only 10⁻³ remains", 0.001),
        (r"only $10^{-12}$ remains", 1e-12),
        ("about 1.5k lines", 1500),
        ("about 250M weights", 250e6),
        ("a corpus of 1.4T tokens", 1.4e12),
        ("about 3 million rows", 3e6),
        ("about 73.5 thousand rows", 73500),
        ("more than one billion rows", 1e9),
    ],
)
def test_a_numeral_has_the_value_that_is_printed(text: str, value: float) -> None:
    assert [mention.value for mention in find_mentions(text)] == [value]


def test_coordinates_with_commas_and_points_are_read_one_by_one() -> None:
    assert [mention.value for mention in find_mentions("weights (0,2.5)")] == [0, 2.5]


def test_a_power_that_a_source_strips_of_its_superscript_is_read_after_a_less_than_sign() -> None:
    assert readings("significant (p < 10-15)") == [(1e-15, None, None, "up_to")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("solves 84% of them", exact(84, "%")),
        (r"solves 84\% of them", exact(84, "%")),
        (r"solves $84\%$ of them", exact(84, "%")),
        (r"solves ${\bf 84.0}\%$ of them", exact(84, "%")),
        ("solves 84 percent of them", exact(84, "%")),
        ("solves 84 per cent of them", exact(84, "%")),
        ("five percent of them", exact(5, "%")),
        ("solves 29,4% of them", exact(29.4, "%")),
        ("a gain of 4.3 points", exact(4.3, "points")),
        ("a gain of 4.3 percentage points", exact(4.3, "points")),
        ("a 4.3-percentage-point gain", exact(4.3, "points")),
        ("a 4.3-point gain", exact(4.3, "points")),
        ("a gain of 4.3pp", exact(4.3, "points")),
        ("a gain of 4.3 pp.", exact(4.3, "points")),
        ("a gain of 4.3%p", exact(4.3, "points")),
        ("a gain of 4.3 F1 points", exact(4.3, "points")),
        ("a gain of 35 accuracy points", exact(35, "points")),
        ("runs 3.67x faster", exact(3.67, "x")),
        ("runs 3.67X faster", exact(3.67, "x")),
        ("runs 3.67× faster", exact(3.67, "x")),
        ("runs 9.1 x faster", exact(9.1, "x")),
        (r"runs 17$\times$ faster", exact(17, "x")),
        (r"runs $17\times$ faster", exact(17, "x")),
        (r"runs 17\times faster", exact(17, "x")),
        (r"at \textbf{92$\times$} lower cost", exact(92, "x")),
        ("runs 3.67times faster", exact(3.67, "x")),
        ("runs five times faster", exact(5, "x")),
        ("a 13.1-fold cut", exact(13.1, "x")),
        ("a 13 fold cut", exact(13, "x")),
        ("cut by a factor of 6.2", exact(6.2, "x")),
        ("cut by a factor of three", exact(3, "x")),
        ("cut by a factor of three across seven models", exact(3, "x")),
        ("a speedup of 7.63 on this card", exact(7.63, "x")),
        ("faster by 3 orders of magnitude", exact(3, "orders of magnitude")),
        ("costs $0.02 per page", exact(0.02, "$")),
        (r"costs \$0.02 per page", exact(0.02, "$")),
        ("an error of $0.02$ per page", exact(0.02)),
        ("the 98.2nd percentile", exact(98.2, "percentile")),
    ],
)
def test_a_number_carries_the_unit_printed_with_it(text: str, expected: Reading) -> None:
    assert readings(text) == [expected]


@pytest.mark.parametrize(
    ("printed", "unit"),
    [
        ("12 ms", "ms"),
        ("12ms", "ms"),
        (r"12\,ms", "ms"),
        ("12~ms", "ms"),
        ("12 s", "s"),
        ("12 seconds", "s"),
        ("12-second", "s"),
        ("12 minutes", "min"),
        ("12 h", "h"),
        ("12 hours", "h"),
        ("12 days", "days"),
        ("12 GB", "GB"),
        ("12 GiB", "GiB"),
        ("12MB", "MB"),
        ("12 KB", "KB"),
        ("12 TB", "TB"),
        ("12G HBM", "GB"),
        ("12 W", "W"),
        ("12 kW", "kW"),
        ("12 mW", "mW"),
        ("12 J", "J"),
        ("12 mJ", "mJ"),
        ("12 kWh", "kWh"),
        ("12 dB", "dB"),
        ("12 tokens/s", "tokens/s"),
        ("12 tokens per second", "tokens/s"),
        ("12 FPS", "FPS"),
        ("12 frames per second", "FPS"),
        ("12 km", "km"),
        ("12 mm", "mm"),
        ("12 nm", "nm"),
        ("12 Hz", "Hz"),
        ("12 GHz", "GHz"),
        ("12 TFLOPS", "TFLOPS"),
        ("12 GFLOPs", "GFLOPs"),
        ("12 TOPS/W", "TOPS/W"),
        ("12 °C", "°C"),
        ("12 degrees", "degrees"),
    ],
)
def test_physical_units_are_read_beside_the_number_and_apart_from_it(printed: str, unit: str) -> None:
    assert readings(f"it needs {printed}, as measured") == [exact(12, unit)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("twice as fast", exact(2, "x")),
        ("thrice as fast", exact(3, "x")),
        ("at half the memory", exact(2, "x")),
        ("this halves the bill", exact(2, "x")),
        ("halving the bill", exact(2, "x")),
        ("it doubles throughput", exact(2, "x")),
        ("it tripled throughput", exact(3, "x")),
        ("it quadruples the range", exact(4, "x")),
        ("a twofold gain", exact(2, "x")),
        ("a two-fold gain", exact(2, "x")),
        ("errors fall tenfold.", exact(10, "x")),
        ("a third of the cost", exact(3, "x")),
        ("at one-quarter of the cost", exact(4, "x")),
        ("by an order of magnitude", exact(1, "orders of magnitude")),
        ("by one order of magnitude", exact(1, "orders of magnitude")),
        ("by three orders of magnitude", exact(3, "orders of magnitude")),
        ("an order-of-magnitude cut", exact(1, "orders of magnitude")),
        ("after two hours", exact(2, "h")),
        ("two to three times faster", exact(2, "x", 3)),
        ("a two- to five-fold cut", exact(2, "x", 5)),
        ("a while (four to five hours)", exact(4, "h", 5)),
        ("at sub-millisecond latency", (1, None, "ms", "up_to")),
    ],
)
def test_a_word_with_a_definite_number_is_found(text: str, expected: Reading) -> None:
    assert readings(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "three models and two tasks",
        "one of the first",
        "by orders of magnitude",
        "several times faster",
        "in half-precision",
        "the second half of training",
        "half an hour later",
        "double descent and triple stores",
        "our aim is twofold: speed and size",
        "a two-fold approach",
        "relation triples are mined",
        "the Sequential Halving rule",
        "a third method",
        "two points in time",
        "the one factor that matters",
    ],
)
def test_a_word_that_counts_or_names_is_no_mention(text: str) -> None:
    assert readings(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("saves 12-15%", exact(12, "%", 15)),
        ("saves 12–15%", exact(12, "%", 15)),
        ("saves 12—15%", exact(12, "%", 15)),
        ("saves 12--15%", exact(12, "%", 15)),
        ("saves 12%-15%", exact(12, "%", 15)),
        (r"saves 12\%--15\%", exact(12, "%", 15)),
        ("saves 12 to 15 percent", exact(12, "%", 15)),
        ("saves 12% to 15%", exact(12, "%", 15)),
        ("saves between 12% and 15%", exact(12, "%", 15)),
        ("saves between 12 and 15%", exact(12, "%", 15)),
        ("savings ranging from 12% to 15%", exact(12, "%", 15)),
        ("scores range from 0.66 to 0.79", exact(0.66, None, 0.79)),
        ("an interval of [0.008, 0.198]", exact(0.008, None, 0.198)),
        ("is 41-137times faster", exact(41, "x", 137)),
        ("is 1.7x-1.8x faster", exact(1.7, "x", 1.8)),
        (r"is $19$-$496\times$ faster", exact(19, "x", 496)),
        (r"is $2.0\times$$\sim$$2.7\times$ faster", exact(2.0, "x", 2.7)),
        (r"is 1.5$\times$-3.7$\times$ faster", exact(1.5, "x", 3.7)),
        ("is 8-fold to 33-fold smaller", exact(8, "x", 33)),
        ("gains of +6 to +7 points", exact(6, "points", 7)),
        ("gains of 9%-12% points", exact(9, "points", 12)),
        ("2-3 orders of magnitude", exact(2, "orders of magnitude", 3)),
        ("costs $2000 to $10000", exact(2000, "$", 10000)),
        ("gives 1.98 ± 0.07", exact(1.98)),
        (r"gives $1.98 \pm 0.07$ s", exact(1.98, "s")),
        ("gives 1.98 pm 0.07", exact(1.98)),
        ("gives 47.1% +/- 10.3%", exact(47.1, "%")),
    ],
)
def test_what_is_printed_as_one_range_or_spread_is_one_mention(text: str, expected: Reading) -> None:
    assert readings(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from 15.9% to 56%", [exact(15.9, "%"), exact(56, "%")]),
        ("falls from 12 to 2", [exact(12), exact(2)]),
        ("up 2.3 pp (61.2 to 63.5%)", [exact(2.3, "points"), exact(61.2, "%"), exact(63.5, "%")]),
        ("13% and 29%", [exact(13, "%"), exact(29, "%")]),
        ("best 1.93% (1.98 ± 0.07)", [exact(1.93, "%"), exact(1.98, "%")]),
        (
            "rates range from 14% to 50% on A (mean 25%) and from 8% to 43% on B",
            [exact(14, "%", 50), exact(25, "%"), exact(8, "%", 43)],
        ),
    ],
)
def test_two_levels_stay_two_mentions(text: str, expected: list[Reading]) -> None:
    assert readings(text) == expected


@pytest.mark.parametrize(
    ("phrase", "bound"),
    [
        ("up to", "up_to"),
        ("up to a", "up_to"),
        ("an up to", "up_to"),
        ("up to an additional", "up_to"),
        ("at most", "up_to"),
        ("below", "up_to"),
        ("under", "up_to"),
        ("less than", "up_to"),
        ("fewer than", "up_to"),
        ("within", "up_to"),
        ("as high as", "up_to"),
        ("(as high as", "up_to"),
        ("<", "up_to"),
        (r"$\leq$", "up_to"),
        ("leq", "up_to"),
        ("over", "at_least"),
        ("by over", "at_least"),
        ("more than", "at_least"),
        ("more than a factor of", "at_least"),
        ("at least", "at_least"),
        ("above", "at_least"),
        ("exceeding", "at_least"),
        (">", "at_least"),
        (r"$\geq$", "at_least"),
        ("≥", "at_least"),
        (">=", "at_least"),
        ("geq", "at_least"),
        ("about", "approx"),
        ("around", "approx"),
        ("nearly", "approx"),
        ("almost", "approx"),
        ("approximately", "approx"),
        ("roughly", "approx"),
        ("~", "approx"),
        (r"$\sim$", "approx"),
        ("sim", "approx"),
        (r"$\approx$", "approx"),
        ("approx", "approx"),
        ("on average", "exact"),
        ("reaching", "exact"),
        ("adds up to", "exact"),
        ("no model exceeds", "up_to"),
        ("never fell below", "at_least"),
    ],
)
def test_the_words_before_a_number_bound_it(phrase: str, bound: str) -> None:
    assert readings(f"we see {phrase} 5.5x here") == [(5.5, None, "x", bound)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90%+ of cases", [(90, None, "%", "at_least")]),
        ("50,000+ rows", [(50000, None, None, "at_least")]),
        ("90% or more", [(90, None, "%", "at_least")]),
        ("3% or less", [(3, None, "%", "up_to")]),
        ("a sub-400ms reply", [(400, None, "ms", "up_to")]),
        ("approximately 8 to 15 percentage points", [(8, 15, "points", "approx")]),
        ("roughly half the energy", [(2, None, "x", "approx")]),
        ("more than twice the speed", [(2, None, "x", "at_least")]),
        ("within 23 languages", [exact(23)]),
        ("12 -> 6 blocks", [exact(12), exact(6)]),
    ],
)
def test_bounds_after_a_number_and_of_ranges_and_words(text: str, expected: list[Reading]) -> None:
    assert readings(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("up to 3.1x and 2.4x", [(3.1, None, "x", "up_to"), (2.4, None, "x", "up_to")]),
        ("over 80% TLS and 70% CLS", [(80, None, "%", "at_least"), (70, None, "%", "at_least")]),
        ("exceeding 93% and 95%, respectively", [(93, None, "%", "at_least"), (95, None, "%", "at_least")]),
        (
            "up to 5% on Alpha, 10% on Beta, and 24% on Gamma",
            [(5, None, "%", "up_to"), (10, None, "%", "up_to"), (24, None, "%", "up_to")],
        ),
        ("from nearly 10 seconds to a swift 3 seconds", [(10, None, "s", "approx"), exact(3, "s")]),
        ("up to 3.1x. It uses 2.4x", [(3.1, None, "x", "up_to"), exact(2.4, "x")]),
        ("by 3, 5 and 7 points", [exact(3, "points"), exact(5, "points"), exact(7, "points")]),
        ("by +8 and +7 accuracy points", [exact(8, "points"), exact(7, "points")]),
        ("84.1/88.3/90.2%", [exact(84.1, "%"), exact(88.3, "%"), exact(90.2, "%")]),
        ("71 and 84%, respectively", [exact(71, "%"), exact(84, "%")]),
        ("0.7 vs. 2.8 points", [exact(0.7, "points"), exact(2.8, "points")]),
        ("speedups of 29.6 and 21.2", [exact(29.6, "x"), exact(21.2, "x")]),
        ("an F1 of 0.87 and 93%", [exact(0.87), exact(93, "%")]),
    ],
)
def test_a_list_shares_its_bound_and_its_unit(text: str, expected: list[Reading]) -> None:
    assert readings(text) == expected


@pytest.mark.parametrize(
    ("text", "value", "sign"),
    [
        ("a correlation of r = -0.67", -0.67, "-"),
        ("a correlation of r = −0.67", -0.67, "-"),
        ("a docking score (-9.38)", -9.38, "-"),
        ("a change of −3.4%", 3.4, "-"),
        ("a change (--31pp)", 31, "-"),
        ("a change of $-12.3\\%$", 12.3, "-"),
        ("a change of +9.8%", 9.8, "+"),
        ("a change of 9.8%", 9.8, None),
    ],
)
def test_a_minus_is_part_of_a_level_and_the_direction_of_a_change(text: str, value: float, sign: str | None) -> None:
    (mention,) = find_mentions(text)
    assert (mention.value, mention.sign) == (value, sign)


@pytest.mark.parametrize(
    "text",
    [
        "GPT-4 and GPT-4o",
        "CIFAR-10/100",
        "pass@200 and mAP@0.5",
        "NDCG@$10$",
        "Llama-3.1-8B-Instruct",
        "Llama-3 8B and Mistral 7B",
        "Gemini 2.0 and Claude 3.5",
        "Qwen2.5, F1, R2, T5",
        "top-5 accuracy",
        "3D shapes, 2-D maps, 3D points",
        "COCO 2017",
        "on MATH 500, CIFAR 10 and ARC AGI 2, against DALL-E 3",
        "see Table 2",
        "in Runs 2 and 3",
        "as before [12] and since [3, 4]",
        "published in 2023, after 2019",
        "the 1950s",
        "(1) speed; (2) size",
        "1) speed and 2) size",
        "ranked 3rd of all",
        "https://example.org/v2/17",
        "arXiv:2401.01234",
        "in O(n^2) or O(1)",
        "x^2 and 2^{10} and L_2",
        "at 224x224 and 64 x 64",
        "version 1.2.3",
        "agent 007",
    ],
)
def test_digits_of_names_places_and_formulas_are_no_mentions(text: str) -> None:
    assert readings(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a 7B model beats it", exact(7e9)),
        ("a 4-bit cache", exact(4, "bit")),
        ("a threshold of IoU=0.5", exact(0.5)),
        ("on a 5-point Likert scale", exact(5)),
        ("in 5-fold cross-validation", exact(5)),
        ("all 2027 production rules", exact(2027)),
        ("an accuracy (95) on it", exact(95)),
        ("all of GSM8K 500 times", exact(500, "x")),
        ("DAPO (36.7)", exact(36.7)),
        ("an error of O(10^{-5})", exact(1e-5)),
    ],
)
def test_what_resembles_a_name_and_still_counts_is_found(text: str, expected: Reading) -> None:
    assert readings(text) == [expected]


@pytest.mark.parametrize(
    ("abstract", "printed"),
    [
        (r"It is $17\times$ faster.", r"$17\times$"),
        (r"It is 17$\times$ faster.", r"17$\times$"),
        (r"It gains ${\bf 58.1}\%$ here.", r"${\bf 58.1}\%$"),
        (r"It gains \textbf{58.1\%} here.", r"\textbf{58.1\%}"),
        (r"It costs \$0.02 each.", r"\$0.02"),
        ("It gains +6 to +7 points.", "+6 to +7 points"),
        ("It saves an order of magnitude.", "an order of magnitude"),
        ("It solves 90%+ of them.", "90%+"),
        ("It costs €5.", "€5"),
    ],
)
def test_a_span_holds_sign_currency_unit_and_whole_markup(abstract: str, printed: str) -> None:
    (mention,) = find_mentions(abstract)
    assert mention.text == printed
    assert abstract[mention.start : mention.end] == printed
