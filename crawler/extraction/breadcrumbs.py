"""The breadcrumbs of a page: the way from the site's front page to the article."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from crawler.extraction.metadata import text_of
from crawler.extraction.names import is_breadcrumbs, is_path
from crawler.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bs4 import Tag

    from crawler.extraction.document import Document

# "You are here", as pages say it before the way.
_YOU_ARE_HERE = re.compile(
    r"\s*(?:[您你]?(?:现在|現在|目前|当前|當前)?(?:所在)?的?位置|当前栏目|當前欄目|you are here)"
    r"\s*(?:[:：]|(?=[>»›])|$)",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\s*(?:[-=]?[>＞]{1,2}|[»›→▶▸❯|｜∷]|::|(?<=\s)[/／\\·•\-–—](?=\s)"
    r"|(?<=[\u4e00-\u9fff])[/／](?=[\u4e00-\u9fff]))\s*"
)
_HOME = re.compile(
    r"(?:网站|網站)?(?:首页|首頁|主页|主頁)|home(?:\s?page)?|front page|start(?:seite)?|index|main",
    re.IGNORECASE,
)
# More or longer labels are a menu.
_MOST_LABELS = 8
_LONGEST_LABEL = 80


def read_trail(document: Document) -> tuple[str, ...]:
    """The labels of a page's breadcrumbs from the outermost on, as printed; empty without any.

    They often begin with the front page and end with the article itself.
    """
    for labels in _trails(document):
        trail = tuple(label for label in map(clean_line, labels) if re.search(r"\w", label))
        if trail[:1] and trail[0] in trail[1:]:  # two ways in one element
            trail = trail[: trail.index(trail[0], 1)]
        if trail and len(trail) <= _MOST_LABELS and max(map(len, trail)) <= _LONGEST_LABEL:
            return trail
    return ()


def names_home(label: str) -> bool:
    """Whether a label is what sites call their front page, such as "Home"."""
    return _HOME.fullmatch(label.strip()) is not None


def _trails(document: Document) -> Iterable[list[str]]:
    for item in document.metadata.of_type("BreadcrumbList"):
        yield _listed(item.get("itemListElement"))
    for element in document.markup.typed:
        if str(element["itemtype"]).endswith("schema.org/BreadcrumbList"):
            names = element.find_all(itemprop="name")
            yield [str(name.get("content") or name.get_text()) for name in names]
    yield from map(_labels_in, filter(is_breadcrumbs, document.markup.named))
    yield from _told(document)
    paths = map(_labels_in, filter(is_path, document.markup.named))
    yield from (labels for labels in paths if names_home(labels[0]))


def _listed(elements: object) -> list[str]:
    entries = (
        [entry for entry in elements if isinstance(entry, dict)]
        if isinstance(elements, list)
        else []
    )
    return [
        text_of(entry) or text_of(entry.get("item")) for entry in sorted(entries, key=_position)
    ]


def _position(entry: dict[str, Any]) -> int:
    position = str(entry.get("position")).strip()
    return int(position) if position.isdecimal() else 0


def _labels_in(element: Tag) -> list[str]:
    text = _YOU_ARE_HERE.sub("", "\n".join(element.stripped_strings))
    return [label for line in text.split("\n") for label in _BETWEEN.split(f" {line} ")]


def _told(document: Document) -> Iterable[list[str]]:
    """Breadcrumbs known only by the words before them, in one block or in those beside it."""
    blocks = document.outline.blocks
    regions = document.outline.regions
    for number, block in enumerate(blocks):
        told = _YOU_ARE_HERE.match(block.text)
        if not told:
            continue
        if block.text[told.end() :].strip():
            yield _BETWEEN.split(block.text[told.end() :])
        else:
            around = regions[block.region].parent
            following = blocks[number + 1 : number + 1 + _MOST_LABELS]
            yield [
                label
                for other in following
                if around in (regions[other.region].parent, other.region)
                for label in _BETWEEN.split(other.text)
            ]
