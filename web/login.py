"""Logging in and out."""

from __future__ import annotations

from flask import Blueprint, Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from web.access import LIFETIME, Access
from web.rate import Limiter, admit
from web.rendering import render

COOKIE = "session"

_ATTEMPTS = 0.5  # a second, and five at once; a password is slow to check and not to be guessed


def routes(access: Access) -> Blueprint:
    """The login form, and the end of a session."""
    pages = Blueprint("login", __name__)
    limiter = Limiter(_ATTEMPTS)

    @pages.get("/login")
    def form() -> str:
        return render("login.html", wrong=False)

    @pages.post("/login")
    def begin() -> ResponseReturnValue:
        admit(limiter)
        token = access.begin(request.form.get("password", ""))
        if token is None:
            return render("login.html", wrong=True), 403
        response = redirect(url_for("status.show", hl=g.hl or None), 303, Response)
        response.set_cookie(
            COOKIE,
            token,
            max_age=LIFETIME,
            secure=request.is_secure,
            httponly=True,
            samesite="Strict",
        )
        return response

    @pages.post("/logout")
    def end() -> ResponseReturnValue:
        access.end(request.cookies.get(COOKIE, ""))
        response = redirect(url_for("search.home", hl=g.hl or None), 303, Response)
        response.delete_cookie(COOKIE, httponly=True, samesite="Strict")
        return response

    return pages
