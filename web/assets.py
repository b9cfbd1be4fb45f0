"""The files in ``static/``: linked by version, so that browsers may keep them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

_VERSION_DIGITS = 10


def install(app: Flask) -> None:
    """Have ``url_for("static", …)`` name each file's version, and let browsers keep those."""
    versions = _versions(Path(app.static_folder or ""))

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and values.get("filename") in versions:
            values.setdefault("v", versions[values["filename"]])

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint == "static":
            name = (request.view_args or {}).get("filename", "")
            if name in versions and request.args.get("v") == versions[name]:
                response.cache_control.no_cache = None
                response.cache_control.public = True
                response.cache_control.immutable = True
                response.cache_control.max_age = 365 * 24 * 60 * 60
        return response


def _versions(folder: Path) -> dict[str, str]:
    """For each file, the beginning of its content's SHA-256."""
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()[
            :_VERSION_DIGITS
        ]
        for file in folder.rglob("*")
        if file.is_file()
    }
