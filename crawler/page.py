"""A page: the bytes a server, or a file, gave for a URL."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it came, before anything is understood of it.

    Attributes:
        url: Where it is from, after redirects.
        content: The HTML as bytes, without any content encoding such as gzip.
        charset: The charset the server declared, empty for none. It may be wrong.
    """

    url: str
    content: bytes
    charset: str = ""
