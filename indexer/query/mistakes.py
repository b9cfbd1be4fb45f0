"""Mistakes: what looks like a field of the query language and is none."""

from __future__ import annotations

import re

from indexer.query.syntax import FIELDS
from indexer.results import Notice

_FIELD_LIKE = re.compile(r"(?<!\S)([A-Za-z]+):(?![/\s])\S")


def unknown_fields(text: str) -> list[Notice]:
    """What to tell of a text's words that look like a field with a value.

    Args:
        text: Words that are searched for as text.
    """
    return [
        _no_date(name) if name.lower() in FIELDS else _no_field(name)
        for name in _FIELD_LIKE.findall(text)
    ]


def _no_field(name: str) -> Notice:
    return Notice("unknown-field", f"There is no field {name}: it was searched for as text.")


def _no_date(name: str) -> Notice:
    return Notice("bad-date", f"What follows {name}: is no date; it was searched for as text.")
