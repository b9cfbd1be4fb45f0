"""The versions of an article, and what changed from one to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, request
from werkzeug.exceptions import NotFound

from indexer.article import Article
from indexer.index import Index
from indexer.store import Version
from web.article import find, paragraphs
from web.difference import Paragraph, changed, compare
from web.parameters import read_number
from web.rendering import render

_LISTED = 100  # versions that are listed, the newest ones
_MAX_NUMBER = 10**9
_AROUND = 1  # unchanged paragraphs shown next to changed ones

FIELDS = ("title", "site", "category", "language", "author", "published")
"""The fields of an article whose changes are listed above those of its text."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Paragraphs in a row.

    Attributes:
        paragraphs: Those to show.
        hidden: How many unchanged ones stand here instead, when none is to be shown.
    """

    paragraphs: tuple[Paragraph, ...] = ()
    hidden: int = 0


def routes(index: Index) -> Blueprint:
    """The page with the history of an article."""
    pages = Blueprint("history", __name__)

    @pages.get("/article/<id>/history")
    def show(id: str) -> str:  # noqa: A002 - the name of the attribute
        article = find(index, id)
        versions = index.store.versions(article.url)
        newest = versions[-1].number
        to = read_number(request.args, "to", newest, 1, _MAX_NUMBER)
        earlier = [version.number for version in versions if version.number < to]
        start = read_number(request.args, "from", earlier[-1] if earlier else to, 1, _MAX_NUMBER)
        before, after = _numbered(versions, start), _numbered(versions, to)
        compared = compare(paragraphs(before.article), paragraphs(after.article))
        return render(
            "history.html",
            article=article,
            versions=versions[: -_LISTED - 1 : -1],
            total=len(versions),
            before=before,
            after=after,
            fields=_differences(before.article, after.article),
            stretches=[Stretch(tuple(compared))] if before is after else _stretches(compared),
        )

    return pages


def _numbered(versions: Sequence[Version], number: int) -> Version:
    for version in versions:
        if version.number == number:
            return version
    raise NotFound


def _differences(before: Article, after: Article) -> list[tuple[str, Paragraph]]:
    """The name of each field but the text that changed, and how."""
    was, now = before.to_dict(), after.to_dict()
    return [
        (name, paragraph)
        for name in FIELDS
        if was[name] != now[name]
        for paragraph in compare(*([text] if text else [] for text in (was[name], now[name])))
    ]


def _stretches(compared: Sequence[Paragraph]) -> list[Stretch]:
    """What to show of a comparison: the changes, and a little of what is around them."""
    changes = [number for number, paragraph in enumerate(compared) if changed(paragraph)]
    near = {number + offset for number in changes for offset in range(-_AROUND, _AROUND + 1)}
    stretches = []
    for shown, group in groupby(enumerate(compared), lambda item: item[0] in near):
        row = tuple(paragraph for _, paragraph in group)
        stretches.append(Stretch(row) if shown else Stretch(hidden=len(row)))
    return stretches
