"""The headers every answer has: what a browser may do with it, and how long it is good for."""

from __future__ import annotations

from flask import Flask, Response

_ALWAYS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # Whatever says nothing else may change with the next crawl.
    "Cache-Control": "no-cache",
}


def install(app: Flask) -> None:
    """Have the application send these headers."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    # Copies have a stricter policy of their own.
    given = {name.lower() for name in response.headers.keys()}  # noqa: SIM118 - else it is pairs
    response.headers.extend(
        [(name, value) for name, value in _ALWAYS.items() if name.lower() not in given]
    )
    return response
