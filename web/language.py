"""The language of a request: asked for in the link, remembered, or preferred by the browser."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask, Response, g, request
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from web.errors import BadParameterError
from web.locale import LOCALES, PARAMETER, Locale

_YEAR = 365 * 24 * 60 * 60  # seconds


def install(app: Flask) -> None:
    """Have the application choose the language of each request.

    Views find it in ``g.locale``, and in ``g.hl`` what the link asked for.
    """
    app.before_request(_choose)
    app.after_request(_remember)


def _choose() -> None:
    asked = request.args.get(PARAMETER, "")
    remembered = request.cookies.get(PARAMETER, "")
    preferred = request.headers.get("Accept-Language", "")
    g.locale = LOCALES.get(asked) or LOCALES.get(remembered) or _preferred(preferred)
    g.hl = asked if asked in LOCALES else ""
    if asked and not g.hl:
        raise BadParameterError("parameter.choice", name=PARAMETER, choices=", ".join(LOCALES))


@lru_cache(maxsize=64)
def _preferred(header: str) -> Locale:
    # Browsers say the same again and again.
    return LOCALES[parse_accept_header(header, LanguageAccept).best_match(LOCALES, "en")]


def _remember(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.vary.update(("Accept-Language", "Cookie"))
        if g.hl:
            response.set_cookie(
                PARAMETER,
                g.hl,
                max_age=_YEAR,
                secure=request.is_secure,
                httponly=True,
                samesite="Strict",
            )
    return response
