"""Labelled pages: pages as served, and what a reader says is in them."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.page import Page

FORM = (
    "a folder with gold.jsonl, an object a line: page, language, url, body, and where labelled "
    "title, date and author (UNKNOWN where the page does not tell); and the bytes of the pages in "
    "pages/, packed (.gz) or not"
)
"""What labelled pages look like, for the help of commands."""

FIELDS = ("title", "date", "author")
"""What may be labelled besides the body."""

_UNTOLD = re.compile(r"unkno?wn?o?n?", re.IGNORECASE)  # spelt in more than one way


class LabelsError(Exception):
    """A folder holds no labelled pages."""


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """A page and its labels.

    Attributes:
        name: The name of its file.
        language: The language that it counts under.
        page: The page.
        body: The text of its article.
        labels: The labels of those of `FIELDS` that are labelled; empty text for what the page
            does not tell.
    """

    name: str
    language: str
    page: Page
    body: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LabelledPages:
    """Pages to measure with.

    Attributes:
        path: Their folder.
        sha256: The SHA-256 of its gold.jsonl, in hex.
        pages: The pages in the file's order.
    """

    path: Path
    sha256: str
    pages: tuple[LabelledPage, ...]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the pages, in their order."""
        return tuple(dict.fromkeys(page.language for page in self.pages))


def load_labels(path: Path) -> LabelledPages:
    """Read labelled pages.

    Args:
        path: See `FORM`.

    Raises:
        LabelsError: The folder holds something else.
    """
    try:
        gold = (path / "gold.jsonl").read_bytes()
        pages = tuple(_read_page(path, json.loads(line)) for line in gold.splitlines() if line)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LabelsError(f"{path} holds no labelled pages: {error!r}") from None
    if not pages:
        raise LabelsError(f"{path} holds no labelled pages: gold.jsonl is empty")
    return LabelledPages(path, hashlib.sha256(gold).hexdigest(), pages)


def _read_page(path: Path, row: dict[str, Any]) -> LabelledPage:
    content = (path / "pages" / row["page"]).read_bytes()
    if row["page"].endswith(".gz"):
        content = gzip.decompress(content)
    url = row["url"] or f"http://pages.example/{row['page']}"
    labels = {name: row[name].strip() for name in FIELDS if row.get(name) is not None}
    told = {name: "" if _UNTOLD.fullmatch(label) else label for name, label in labels.items()}
    return LabelledPage(row["page"], row["language"], Page(url, content), row["body"], told)
