"""HTML made of elements, so that no text can become markup.

What comes from an abstract may hold tags, Markdown, formulas or emoji codes. Streamlit's own text elements read some of
these; here a string is only ever the text of an element, and the serialiser of the standard library escapes it.
"""

from xml.etree.ElementTree import Element, tostring

import streamlit as st

Node = Element | str | None
"""What an element holds: elements and text, in order; None is nothing."""


def element(tag: str, *children: Node, style_class: str = "", **attributes: str) -> Element:
    """Return an element of that tag, with children."""
    made = Element(tag, {"class": style_class, **attributes} if style_class else attributes)
    for child in children:
        if child is None:
            continue
        if isinstance(child, Element):
            made.append(child)
        elif len(made):
            made[-1].tail = (made[-1].tail or "") + child
        else:
            made.text = (made.text or "") + child
    return made


def link(text: str, address: str | None, *, style_class: str = "") -> Element:
    """Return text that leads to an address in a new tab. Without an address that browsers fetch, plain text."""
    if address is None or not address.lower().startswith(("https://", "http://")):
        return element("span", text, style_class=style_class)
    return element("a", text, style_class=style_class, href=address, target="_blank")


def way(text: str, address: str, *, style_class: str = "", **attributes: str) -> Element:
    """Return text that leads to another page of the dashboard, as `address.to` names it."""
    return element("a", text, style_class=style_class, href=address, target="_self", **attributes)


def heading(title: str, explanation: str = "") -> None:
    """Put the title of a page on it, and a line that says what the page is for."""
    lead = element("p", explanation) if explanation else None
    show(element("header", element("h1", title), lead, style_class="heading"))


def quotation(evidence: str, start: int, end: int) -> Element:
    """Return evidence in quotation marks, its characters from start to end, a number, highlighted."""
    marked = element("mark", evidence[start:end])
    return element("q", evidence[:start], marked, evidence[end:], style_class="quote")


def show(content: Element) -> None:
    """Put an element on the page."""
    st.html(tostring(content, encoding="unicode", method="html"))
