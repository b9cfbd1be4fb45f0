"""Links: to where an article is from, and to what is served here."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

from flask import Flask, current_app, request, url_for

_FORMS = "forms of addresses"
_SLOT = "zz{}zz"  # stands for a value; made of what is not percent-encoded


def install(app: Flask) -> None:
    """Have templates make their addresses in the quick way."""
    app.extensions[_FORMS] = {}
    app.jinja_env.globals["url_for"] = address


def address(endpoint: str, **values: Any) -> str:
    """The address of an endpoint, as `flask.url_for` makes it.

    That takes ten times as long, and a page has a hundred: it is asked once for each form.
    """
    if values.get("_external"):
        return url_for(endpoint, **values)
    forms: dict[tuple[str, ...], str] = current_app.extensions[_FORMS]
    if endpoint == "static":
        file = (request.script_root, endpoint, str(values["filename"]))
        if file not in forms:
            forms[file] = url_for(endpoint, **values)
        return forms[file]
    given = {name: quote(str(value), "") for name, value in values.items() if value is not None}
    key = (request.script_root, endpoint, *given)
    form = forms.get(key)
    if form is None:
        form = forms[key] = _form(endpoint, list(given))
    return form % given


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
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""
