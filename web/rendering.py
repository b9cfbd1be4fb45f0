"""Pages from templates, each template compiled once for each language.

What a template says in a language is then part of its code, not looked up again for each page.
"""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from typing import Any

from flask import Flask, current_app, g, request
from jinja2 import Environment, StrictUndefined

from web.links import Addresses, outward
from web.locale import LOCALES, Locale, language_tag

_ENVIRONMENTS = "environments of templates"


def install(app: Flask) -> None:
    """Have the application render templates with `render`."""
    app.extensions[_ENVIRONMENTS] = {
        code: _environment(app.jinja_env, locale) for code, locale in LOCALES.items()
    }


def render(template: str, **values: Any) -> str:
    """The text of a template, in the language of the request at hand.

    Besides the values templates have ``locale``, ``text`` and ``url_for``, ``link`` for links that
    keep the language they were asked in, ``form`` for many such links that differ in one value, and
    ``hl``, that language or nothing.
    """
    environment: Environment = current_app.extensions[_ENVIRONMENTS][g.locale.code]
    addresses = Addresses(request.script_root, g.hl)
    return environment.get_template(template).render(
        values,
        url_for=addresses.of,
        link=addresses.link,
        form=addresses.form,
        switch=addresses.switch,
        hl=g.hl,
    )


def _environment(of_flask: Environment, locale: Locale) -> Environment:
    environment = of_flask.overlay(trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)
    environment.filters = of_flask.filters | {
        "date": locale.date,
        "iso_time": datetime.isoformat,
        "language_tag": language_tag,
        "number": locale.number,
        "outward": outward,
        "rfc_date": format_datetime,
        "text": locale.text,
    }
    environment.globals = of_flask.globals | {
        "locale": locale,
        "other_locales": [other for other in LOCALES.values() if other is not locale],
        "text": locale.text,
    }
    return environment
