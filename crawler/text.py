"""Text as an article may hold it."""

from __future__ import annotations

import re

# NUL and lone surrogates, which no database keeps, and what else shows nothing.
_CONTROL = re.compile("[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")


def clean(text: str) -> str:
    """Take out the characters that no article may hold, or that show nothing."""
    return _CONTROL.sub("", text)


def clean_line(text: str) -> str:
    """Clean a text of one line: white space becomes single spaces."""
    return " ".join(clean(text).split())
