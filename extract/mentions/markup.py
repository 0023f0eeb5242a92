r"""Takes LaTeX and typography out of an abstract, character for character.

Abstracts print one number as `17x`, `$17\times$`, `17$\times$`, `\textbf{17×}` or `17\,×`. Every later pass would have
to know all of these; instead this module writes an abstract of the *same length* in one plain spelling, so that a span
in the plain text is a span in the abstract. A general LaTeX converter does not keep positions, which ground a claim.
"""

import re

BLANK = "\x1f"
"""Stands for a character of markup: white space to every pattern, and yet not a space that the authors printed."""

_LETTERS = str.maketrans(
    {
        "−": "-", "‑": "-", "‐": "-", "﹣": "-", "－": "-",
        "‒": "–", "—": "–", "―": "–",
        "∼": "~", "～": "~", "≃": "≈", "≅": "≈", "⩽": "≤", "≦": "≤", "≲": "≤", "⩾": "≥", "≧": "≥", "≳": "≥",
        "％": "%", "μ": "µ", "✕": "×", "⨯": "×", "∗": "*", "＋": "+", "⁄": "/", "’": "'",
        "\u2009": "\xa0", "\u202f": "\xa0", "\u2007": "\xa0",
        "\u200b": " ", "\ufeff": " ",
    }
)  # fmt: skip
"""One character for one: look-alikes of signs, and the spaces that group digits (ISO 80000-1, 7.3.1)."""

_COMMANDS = {
    "times": "×", "pm": "±", "sim": "~", "approx": "≈", "simeq": "≈", "thicksim": "~", "cdot": "·",
    "le": "≤", "leq": "≤", "leqslant": "≤", "lesssim": "≤", "lt": "<",
    "ge": "≥", "geq": "≥", "geqslant": "≥", "gtrsim": "≥", "gt": ">",
    "circ": "°", "degree": "°", "mu": "µ", "to": "→", "rightarrow": "→", "textasciitilde": "~", "percent": "%",
}  # fmt: skip
"""LaTeX commands that mean something beside a number. All others are font changes and spacing: they become blanks."""

_MARKUP = re.compile(
    r"""
      (?P<keep> \{,\} | \\,(?=[0-9]{3}(?![0-9])) | [\^_]\s?\{[^{}]{0,24}\} )   # digit groups and exponents, read later
    | \\ (?P<command> [A-Za-z]{1,24} )
    | \\ (?P<escaped> [%$&\#] )
    | (?P<tie> (?<=[0-9])~(?=[A-Za-z\\]) | ~(?=\$?\\) | (?<=[A-Za-z.])~(?=[0-9]) )
    | (?P<dashes> -{2,3}(?!-) )
    | \\. | [{}\\]
    """,
    re.VERBOSE,
)

_LONGEST_FORMULA = 300


def _plain_spelling(match: re.Match[str]) -> str:
    text = match[0]
    kind = match.lastgroup
    if kind == "keep":
        return text
    if kind == "command":
        return _COMMANDS.get(match["command"], "").rjust(len(text), BLANK)
    if kind == "escaped":
        return match["escaped"].rjust(len(text), BLANK)
    if kind == "dashes":
        return "–".ljust(len(text), BLANK)
    return BLANK * len(text)


_DOLLAR = re.compile(r"(?<!\\)\$")
_FORMULA = re.compile(r"[\\^_=<>{}]")
_PROSE = re.compile(r"\s[a-z]{2}")


def _without_math_delimiters(text: str) -> str:
    """Blank the dollars around formulas; those that stand for money stay ("$2000 to $10000", "$0.02 per query")."""
    places = [match.start() for match in _DOLLAR.finditer(text)]
    pieces, done, index = [], 0, 0
    while index < len(places):
        opening = places[index]
        closing = places[index + 1] if index + 1 < len(places) else None
        formula = closing is not None and closing - opening <= _LONGEST_FORMULA
        if formula:
            content = text[opening + 1 : closing]
            formula = bool(_FORMULA.search(content)) or not _PROSE.search(content)
        if formula and closing is not None:
            pieces += [text[done:opening], BLANK, text[opening + 1 : closing], BLANK]
            done, index = closing + 1, index + 2
        else:
            index += 1
            if not text[opening + 1 : opening + 2].isdigit():
                pieces += [text[done:opening], BLANK]
                done = opening + 1
    pieces.append(text[done:])
    return "".join(pieces)


def plain(abstract: str) -> str:
    r"""Return the abstract in one spelling and of the same length: no LaTeX but `{,}`, `\,` and `^{...}` at digits.

    A `$` that is left is a dollar sign, one that opens or closes a formula becomes a blank.
    """
    text = abstract if abstract.isascii() else abstract.translate(_LETTERS)
    marked = "\\" in text or "--" in text or "{" in text or "~" in text
    if "$" in text:
        text = _without_math_delimiters(text)
    return _MARKUP.sub(_plain_spelling, text) if marked else text


_OPENING = re.compile(r"(?:\$|\\[a-zA-Z]{1,24}\{|\{\\[a-zA-Z]{1,24} ?|\{)\Z")


_DEEPEST = 8
"""Layers of markup around one number; authors nest two or three."""


def enclose(abstract: str, start: int, end: int, floor: int, ceiling: int) -> tuple[int, int]:
    r"""Widen a span over the LaTeX that it cuts in two: `17\times` to `$17\times$`, `58.1}\%` to `{\bf 58.1}\%`.

    It stays between `floor`, where the mention before it ends, and `ceiling`, where the next number starts.
    """
    if abstract[max(floor, start - 1) : start] == "\\" and abstract[start] in "$%":
        start -= 1
    for _ in range(_DEEPEST):
        before = abstract[max(floor, start - 1) : start]
        after = abstract[end : min(end + 1, ceiling)]
        if before not in {"$", "{", " ", "f"} and after not in {"$", "}"}:
            break
        inside = abstract[start:end]
        opening = _OPENING.search(abstract[max(floor, start - 30) : start])
        surplus = inside.count("}") - inside.count("{")
        if inside.count("$") % 2 and after == "$":
            end += 1
        elif inside.count("$") % 2 and before == "$":
            start -= 1
        elif surplus > 0 and opening and opening[0] != "$":
            start -= len(opening[0])
        elif surplus < 0 and after == "}":
            end += 1
        elif opening and after == ("$" if opening[0] == "$" else "}"):
            start, end = start - len(opening[0]), end + 1
        else:
            break
    return start, end
