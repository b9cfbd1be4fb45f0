"""Patterns of URLs: what the pages have in common that a site makes in the same way."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

from crawler.url import REMEMBERED

MOST_SEGMENTS = 20
"""How many segments a path may have."""

MOST_REPEATS = 3
"""How many times a path may have the same segment: relative links gone wrong repeat theirs."""

_NAMED = 2  # directories that are part of the pattern as they are
_NUMBER = re.compile(r"[0-9]+")
_CODE = re.compile(r"(?=.*[0-9])[0-9a-fA-F-]{8,}")


@lru_cache(maxsize=REMEMBERED)
def pattern_of(url: str) -> str:
    """The pattern of a normalised URL.

    Its host, its first directories, a sign for each other segment of its path, and the names of its
    parameters; numbers and codes are all alike: ``https://a.example/b/2026/11/x.html?p=3`` and
    ``https://a.example/b/2025/1/y.html?p=7`` are ``a.example/b/#/#/*.html?p``.
    """
    parts = urlsplit(url)
    *folders, last = parts.path.removeprefix("/").split("/")
    named = [_generalize(folder) for folder in folders[:_NAMED]]
    stem, dot, suffix = last.rpartition(".")
    page = f"{_sign(stem)}.{suffix}" if dot and suffix.isalpha() else _sign(last)
    path = "/".join([*named, *map(_sign, folders[_NAMED:]), page])
    names = sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
    return f"{parts.netloc}/{path}{'?' if names else ''}{'&'.join(names)}"


@lru_cache(maxsize=REMEMBERED)
def is_endless(url: str) -> bool:
    """Whether a URL looks like one of links that go deeper for ever."""
    segments = urlsplit(url).path.strip("/").split("/")
    repeats = max(segments.count(segment) for segment in segments)
    return len(segments) > MOST_SEGMENTS or repeats > MOST_REPEATS


def _generalize(segment: str) -> str:
    return "#" if _NUMBER.fullmatch(segment) or _CODE.fullmatch(segment) else segment


def _sign(segment: str) -> str:
    if not segment:
        return ""
    return "#" if _generalize(segment) == "#" else "*"
