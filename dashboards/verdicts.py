"""What a reviewer says of a claim: accept, reject or correct, and on to the next, also by keys alone."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboards import address
from dashboards.database import Database, Row
from dashboards.facets import Choice, place_of
from dashboards.markup import element, quotation, show
from models.errors import ClaimboardError
from models.notation import bounded, counted
from models.reviews import CORRECTABLE, Invalid, Judgement, Recorded, Seen, Verdict, record
from models.reviews.cells import number
from models.reviews.correction import CHOICES, NEEDED, NUMBERS
from models.store import Store

SAID = {"accept": "accepted", "reject": "rejected", "correct": "corrected", "withdraw": "taken back"}

_PATIENCE = 10.0
"""Seconds that a verdict waits while an extraction stores what it has read."""

_NONE = "(none)"


def bar(database: Database, choice: Choice, claim: Row) -> None:
    """Put the verdicts, the ways to the neighbours and what came of the last verdict on the page."""
    before, after = neighbours(database, choice, claim)
    # After a verdict the queue goes on; elsewhere a reviewer wants to see what came of it.
    following = (after or before) if address.text("order") == "queue" else claim
    with st.container(horizontal=True, vertical_alignment="center", key="verdicts"):
        for label, verdict, key in (("Accept", "accept", "A"), ("Reject", "reject", "X")):
            st.button(
                label,
                key=f"verdict_{verdict}",
                type="primary" if verdict == "accept" else "secondary",
                shortcut=key,
                disabled=claim["verdict"] == verdict,
                on_click=_decide,
                args=(database, claim, verdict, following),
            )
        if st.button("Correct", key="verdict_correct", shortcut="E"):
            _correct(database, claim, following)
        taken_back = claim if claim["verdict"] else st.session_state.get("verdict_last")
        if taken_back is not None:
            st.button("Undo", key="verdict_undo", shortcut="U", on_click=_take_back, args=(taken_back,))
        st.space("stretch")
        _go("Previous", "K", before)
        _go("Next", "J", after)
    _status(database, choice)


def _status(database: Database, choice: Choice) -> None:
    """Put what came of the last verdict on the page and, in the queue, what is left and who decides."""
    style, said = st.session_state.get("verdict_said", ("", ""))
    left = ""
    if address.text("order") == "queue":
        count = database.row(f"SELECT count(*) AS count {choice.rows}", choice.condition.parameters)["count"]
        left = f"{counted(count, 'claim')} left in the queue"
    show(
        element(
            "p",
            element("span", said, style_class=style) if said else None,
            " " if said and left else None,
            element("span", left, style_class="quiet") if left else None,
            style_class="said",
            role="status",
        )
    )
    if left:
        # The address has it, so that it stays when the page is loaded anew.
        st.session_state["verdict_reviewer"] = address.text("reviewer")
        st.text_input(
            "Reviewer",
            key="verdict_reviewer",
            max_chars=200,
            placeholder="Your name, kept beside each verdict",
            label_visibility="collapsed",
            on_change=lambda: address.put(reviewer=st.session_state["verdict_reviewer"].strip()),
        )


def reviewer() -> str | None:
    """Return who gives verdicts, as the address has it."""
    return address.text("reviewer").strip() or None


def _go(label: str, key: str, claim: Row | None) -> None:
    st.button(
        label,
        key=f"verdict_{label.lower()}",
        shortcut=key,
        type="tertiary",
        disabled=claim is None,
        on_click=_go_to,
        args=(claim,),
    )


def _go_to(claim: Row) -> None:
    st.session_state.pop("verdict_said", None)
    address.put(**place_of(claim))


def _decide(database: Database, claim: Row, verdict: Judgement, following: Row | None) -> None:
    _give(database, claim, verdict, following)


def neighbours(database: Database, choice: Choice, claim: Row) -> tuple[Row | None, Row | None]:
    """Return the places of the claims before and after in the list, whether this one is still in it or not."""
    order, place = choice.order, [claim[f"order_{position}"] for position in range(len(choice.order.keys))]
    here = f"({', '.join('?' for _ in place)})"
    found = f"SELECT {{claim_id: claim_id, paper_id: paper_id}} {choice.rows}"
    before = f"{found} AND ({order.sql}) < {here} ORDER BY {order.backwards} LIMIT 1"
    after = f"{found} AND ({order.sql}) > {here} ORDER BY {order.sql} LIMIT 1"
    parameters = [*choice.condition.parameters, *place]
    row = database.row(f"SELECT ({before}) AS before, ({after}) AS after", [*parameters, *parameters])
    return row["before"], row["after"]


def _give(  # noqa: PLR0913, PLR0917 — what a verdict has
    database: Database,
    claim: Row,
    verdict: Judgement,
    following: Row | None,
    corrections: Mapping[str, Any] | None = None,
    note: str | None = None,
) -> Recorded | None:
    """Store a verdict, say what came of it, and go on to the following claim; None where it could not be stored."""
    try:
        (recorded,) = record(
            Store(database.path, patience=_PATIENCE),
            [
                Verdict(
                    paper_id=claim["paper_id"],
                    claim_id=claim["claim_id"],
                    verdict=verdict,
                    corrections=corrections or {},
                    note=note,
                    reviewer=reviewer(),
                    seen=Seen.of(claim, claim["reviewed_at"]),
                )
            ],
        )
    except ClaimboardError as error:
        st.session_state["verdict_said"] = ("notice", f"Not stored: {error}")
        return None
    what = bounded(claim["value"], claim["value_high"], claim["unit"], claim["bound"])
    named = f"{what} of {claim['model']}" if claim["model"] else what
    if recorded.result == "conflict":
        st.session_state["verdict_said"] = (
            "notice",
            f"Not stored, as {named} is no longer what you saw: {_reason(recorded)}. It is shown as it is now: "
            "decide again, if it is still wrong.",
        )
    elif recorded.result == "error":
        st.session_state["verdict_said"] = ("notice", f"Not stored: {recorded.reason}")
    else:
        said = f"{named} stands as it was" if recorded.result == "unchanged" else f"{named} {SAID[verdict]}"
        st.session_state["verdict_said"] = ("done", f"{said}.")
        st.session_state["verdict_last"] = _as_it_stands(claim) if verdict != "withdraw" else None
        address.put(**(place_of(following) if following else {"claim": None, "of": None}))
    return recorded


def _reason(recorded: Recorded) -> str:
    """Return why a verdict is in conflict, without what to do at a terminal."""
    return (recorded.reason or "").split(": ")[0].split(", which is not")[0]


def _take_back(claim: Row) -> None:
    """Withdraw the verdict that a person sees on a claim, and show the claim."""
    _give(Database.of_environment(), claim, "withdraw", claim)


def _as_it_stands(claim: Row) -> Row | None:
    """Return a claim with the verdict that was just given on it."""
    rows = Database.of_environment().rows(
        "FROM (FROM claims WHERE claim_id = ? UNION ALL FROM rejected WHERE claim_id = ?) WHERE paper_id = ?",
        [claim["claim_id"], claim["claim_id"], claim["paper_id"]],
    )
    return rows[0] if rows else None


@st.dialog("Correct the claim", width="large")
def _correct(database: Database, claim: Row, following: Row | None) -> None:
    """Put the fields of the claim into a form, and store what a reviewer makes of them."""
    show(quotation(claim["evidence"], claim["quote_start"], claim["quote_end"]))
    key = f"correct_{claim['claim_id']}"
    with st.form(key, border=False):
        values: dict[str, str | None] = {}
        columns = st.columns(3)
        for position, field in enumerate(CORRECTABLE):
            with columns[position % 3]:
                values[field] = _field(field, claim[field], f"{key}_{field}")
        note = st.text_input("Note", value=claim["note"] or "", key=f"{key}_note", max_chars=1_000)
        is_done = st.form_submit_button("Save the correction", type="primary", key=f"{key}_save")
    if not is_done:
        return
    try:
        corrections = {field: _typed(field, value) for field, value in values.items()}
    except Invalid as invalid:
        show(element("p", str(invalid), style_class="notice", role="alert"))
        return
    recorded = _give(database, claim, "correct", following, corrections, note or "")
    if recorded is not None and recorded.result not in ("conflict", "error"):
        st.rerun()
    show(element("p", st.session_state["verdict_said"][1], style_class="notice", role="alert"))


def _field(field: str, value: Any, key: str) -> str | None:
    label = field.replace("_", " ").capitalize()
    if field in CHOICES:
        options = [*CHOICES[field]] if field in NEEDED else [_NONE, *CHOICES[field]]
        chosen = st.selectbox(
            label,
            options,
            index=options.index(value if value in options else options[0]),
            format_func=lambda option: option.replace("_", " "),
            key=key,
        )
        return None if chosen == _NONE else chosen
    shown = f"{value:.15g}" if field in NUMBERS and value is not None else value or ""
    return st.text_input(label, value=shown, key=key, max_chars=1_000)


def _typed(field: str, value: str | None) -> float | str | None:
    if value is None or not value.strip():
        return None
    return number(value) if field in NUMBERS else value
