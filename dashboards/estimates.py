"""What a model would take to read a source, before it is asked, and how much it may."""

import json
from typing import Any
from xml.etree.ElementTree import Element

import streamlit as st

from dashboards.command import Command
from dashboards.database import Database
from dashboards.markup import element, show
from dashboards.uploads import Upload

_KEPT = "add_estimate"
_SECONDS = 60.0
"""Longest wait for an estimate."""


def of_model(database: Database, upload: Upload, model: str) -> list[str]:
    """Show what a model would take; return the options of the command that has it read, at most for a budget.

    Where dollars cannot be foreseen, tokens are what a budget is of.
    """
    estimate = _estimate(database, upload)
    show(_foreseen(estimate, model))
    option, label, step = (
        ("--budget-tokens", "Stop before it takes more than so many tokens", 10_000)
        if isinstance(estimate, dict) and estimate["cost_usd"] is None
        else ("--budget-usd", "Stop before it costs more than so many US dollars", 0.1)
    )
    least = type(step)(0)
    budget = st.number_input(
        label, min_value=least, value=None, step=step, key=f"add{option}", placeholder="no limit", width=360
    )
    return ["--model", model, *([] if budget is None else [option, str(budget)])]


def forget() -> None:
    """Let go of the estimate of a source that is done with."""
    st.session_state.pop(_KEPT, None)


def _estimate(database: Database, upload: Upload) -> dict[str, Any] | str:
    """Return what the command says that reading a source would take, asked once for each, or why it cannot say."""
    name, known = st.session_state.get(_KEPT, (None, {}))
    if name == upload.name:
        return known  # type: ignore[no-any-return]
    command = Command(
        ["estimate", upload.name, "--db", str(database.path.absolute()), "--json"],
        {upload.name: upload.content},
        seconds=_SECONDS,
    )
    with st.spinner("Counting what it would take …"):
        command.wait()
    try:
        found: dict[str, Any] = json.loads(command.output)
    except ValueError:
        return f"what it would take is not known: {'counting took too long' if command.was_stopped else command.said}"
    st.session_state[_KEPT] = (upload.name, found)
    return found


def _foreseen(estimate: dict[str, Any] | str, model: str) -> Element:
    if isinstance(estimate, str):
        return element("p", estimate, style_class="notice")
    cost = estimate["cost_usd"]
    facts = {
        "calls": f"{estimate['calls']:,}",
        "tokens of prompts": f"{estimate['tokens_in']:,}",
        "tokens of replies": f"{estimate['tokens_out']:,}",
        "US dollars": "not known" if cost is None else f"{cost:,.4f}",
    }
    pairs = (element("div", element("dd", number), element("dt", name)) for name, number in facts.items())
    thinks = " It thinks before it replies, which costs more than can be foreseen." if estimate["thinks_first"] else ""
    said = f"{model} is asked about every abstract in which the embedded extractor finds a claim.{thinks}"
    return element("section", element("p", said, style_class="quiet"), element("dl", *pairs, style_class="facts"))
