"""Links: to where an article is from, and to what is served here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from flask import Flask, current_app, request, url_for

from web.locale import PARAMETER

_FORMS = "forms of addresses"
_SLOT = "zz{}zz"  # stands for a value; made of what is not percent-encoded
_PLAIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]+)?(/[^\0-\x1f]*)?")  # what needs no parsing


def install(app: Flask) -> None:
    """Have the application remember the forms of its addresses."""
    app.extensions[_FORMS] = {}


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses that a page links to.

    Flask takes ten times as long to make one, and a page has a hundred: it is asked once for each
    form.

    Attributes:
        root: What all paths begin with: where a server has the application.
        hl: The language that the page was asked in; empty when it was asked in none.
    """

    root: str
    hl: str

    def of(self, endpoint: str, **values: Any) -> str:
        """The address of an endpoint, as `flask.url_for` makes it; None is left out."""
        if values.get("_external"):
            return url_for(endpoint, **values)
        forms: dict[tuple[str, ...], str] = current_app.extensions[_FORMS]
        if endpoint == "static":
            file = (self.root, endpoint, str(values["filename"]))
            if file not in forms:
                forms[file] = url_for(endpoint, **values)
            return forms[file]
        given = {name: _quoted(value) for name, value in values.items() if value is not None}
        key = (self.root, endpoint, *given)
        form = forms.get(key)
        if form is None:
            form = forms[key] = _form(endpoint, list(given))
        return form % given

    def link(self, endpoint: str, **values: Any) -> str:
        """The same, in the language that the page was asked in."""
        return self.of(endpoint, **values, **{PARAMETER: self.hl or None})

    def form(self, endpoint: str, name: str) -> str:
        """The same for any value, without characters that are percent-encoded: ``form % value``."""
        slot = _SLOT.format("")
        return self.link(endpoint, **{name: slot}).replace("%", "%%").replace(slot, "%s")

    def switch(self, code: str) -> str:
        """The request at hand in another language, relative to itself."""
        kept = [pair for pair in request.args.items(multi=True) if pair[0] != PARAMETER]
        return "?" + urlencode([*kept, (PARAMETER, code)])


def _quoted(value: object) -> str:
    text = str(value)
    return text if text.isascii() and text.isalnum() else quote(text, "")


def _form(endpoint: str, names: list[str]) -> str:
    slots: dict[str, Any] = {name: _SLOT.format(number) for number, name in enumerate(names)}
    form = url_for(endpoint, **slots).replace("%", "%%")
    for name, slot in slots.items():
        form = form.replace(slot, f"%({name})s")
    return form


def outward(url: str) -> str:
    """The URL when a browser may follow it, else nothing.

    Only ``http`` and ``https`` lead to a page. Anything else, such as ``urn:`` or ``javascript:``,
    is to be shown as text.
    """
    if _PLAIN.fullmatch(url):
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""
