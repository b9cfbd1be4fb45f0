"""What the selectors of a source find in a page or in a part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.extraction.date import date_in
from crawler.extraction.dateformat import parse_date
from crawler.text import clean_line

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from bs4 import Tag


def line_at(root: Tag, selector: str) -> str:
    """The text of the first element that a selector finds, as one line; empty without any."""
    element = root.select_one(selector) if selector else None
    return clean_line(_text_of(element)) if element else ""


def date_at(root: Tag, selector: str, zone: tzinfo) -> datetime | None:
    """The time that the first element tells that a selector finds, in UTC."""
    element = root.select_one(selector) if selector else None
    return parse_date(date_in(element), zone) if element else None


def _text_of(element: Tag) -> str:
    """What an element says, which a ``<meta>`` does in an attribute."""
    return str(element.get("content", "")) if element.name == "meta" else element.get_text(" ")
