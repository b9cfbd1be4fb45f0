"""The title of a page's article: what its heading, its metadata and its ``<title>`` agree on."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from crawler.extraction.metadata import text_of
from crawler.extraction.names import is_entry_title, is_logo
from crawler.text import clean_line
from indexer.breadcrumb import find_separators

if TYPE_CHECKING:
    from bs4 import Tag

    from crawler.extraction.document import Document

_LONGEST_TITLE = 300
_LONGEST_LINE = 100
# Two spellings of one title share at least half of their pairs of characters.
_ALIKE = 0.5
# Where the front page of a site is.
_HOME = re.compile(r"\s*(?:https?:)?(?://[^/]+)?/?(?:index\.\w+)?\s*$")
_LABEL = re.compile(r"^(?:主题|主題|标题|標題|题目|題目|subject|title)\s*[:：]\s*", re.IGNORECASE)
# What a title in <title> may touch. After a colon or a Chinese dash it goes on.
_TOUCHING = re.compile(r"[^\w:：—，、。！？]|_")
_CLOSING = re.compile(r"[?!.…？！。）)」』》”’\"']")
_CONTINUED = re.compile(r"\s*[,，;；(（]")
# Chinese labels do without the spaces around it.
_DASH = re.compile("(?<=[\u4e00-\u9fff])-{1,2}(?=[\u4e00-\u9fff])|--")
# The program that makes the page names itself.
_MAKER = re.compile(r"powered by\b", re.IGNORECASE)
# What stands around the labels in <title>.
_EDGE = (
    " -\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d_＿|｜·•:：>＞»›<«,，;；()[]{}\"'“”‘’"
)


@dataclass(frozen=True, slots=True)
class Title:
    """A title, and what ``<title>`` says besides.

    Attributes:
        text: The article's title.
        before: The labels before it in the page's ``<title>``, in their order.
        after: The labels after it.
    """

    text: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def find_title(document: Document, site: str, chosen: str = "") -> Title:
    """Find the article's title.

    Args:
        document: The page.
        site: The name of the page's site, where the page tells it.
        chosen: The title, when it is known already.
    """
    whole = _title_element(document)
    text = chosen or _choose(document, whole, site)
    span = find_span(text, whole)
    if span is None:
        alike = [label for label in _labels(whole) if are_alike(label, text)]
        span = find_span(alike[0], whole) if alike else None
    if span is None:
        return Title(text)
    after = whole[span[1] :]
    labels = _labels_beside(after)
    # "Title, continued - site": what follows without a separator is no label.
    before = _labels_beside(whole[: span[0]])
    return Title(text, before, labels[1:] if _CONTINUED.match(after) else labels)


def fold_label(text: str) -> str:
    """What is compared of a label: its letters and digits, whatever their width and case."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def shorten(line: str) -> str:
    """A line as the title of an article that has none: its beginning, when it is long."""
    return line if len(line) <= _LONGEST_LINE else f"{line[: _LONGEST_LINE - 1]}…"


def find_span(part: str, whole: str) -> tuple[int, int] | None:
    """Where a part stands in a text as words of its own, whatever width, case and punctuation."""
    folded, places = _fold_with_places(whole)
    wanted = fold_label(part)
    at = folded.find(wanted) if wanted else -1
    while at >= 0:
        start, end = places[at], places[at + len(wanted) - 1] + 1
        while not part[-1:].isalnum() and _CLOSING.match(whole, end):
            end += 1
        if all(_TOUCHING.match(edge) for edge in (whole[:start][-1:], whole[end:][:1]) if edge):
            return start, end
        at = folded.find(wanted, at + 1)
    return None


@lru_cache(maxsize=16)
def _fold_with_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and where in the text each of its characters comes from."""
    letters = [
        (letter, place) for place, character in enumerate(text) for letter in fold_label(character)
    ]
    return "".join(letter for letter, _ in letters), [place for _, place in letters]


def are_alike(one: str, other: str) -> bool:
    """Whether two texts are much the same title (Dice's coefficient of their character pairs)."""
    pairs, others = _pairs(one), _pairs(other)
    if not pairs or not others:
        return fold_label(one) == fold_label(other) != ""
    return 2 * len(pairs & others) >= _ALIKE * (len(pairs) + len(others))


def _choose(document: Document, whole: str, site: str) -> str:
    headings = [
        heading for heading in _headings(document) if fold_label(heading) != fold_label(site)
    ]
    agreeing = [heading for heading in headings if find_span(heading, whole)]
    named = _named_title(document, whole)
    if named and named not in agreeing:
        return named
    if agreeing:
        return _second_heading(document, agreeing, _labels(whole)) or max(agreeing, key=len)
    declared = _without_site(_declared(document), site)
    for heading in headings:
        if are_alike(heading, declared) or are_alike(heading, whole):
            return heading
    labels = [label for label in _labels(whole) if fold_label(label) != fold_label(site)]
    longest = max(labels, key=len, default="")
    blocks = [
        block.text
        for block in document.outline.blocks
        if len(longest) / 2 <= len(block.text) <= len(whole) and find_span(block.text, whole)
    ]
    if blocks:
        return max(blocks, key=len)
    return headings[0] if len(headings) == 1 else declared or longest


def _named_title(document: Document, whole: str) -> str:
    """What one element is named the title as, if ``<title>`` has it too."""
    named = filter(is_entry_title, document.markup.named)
    texts = {clean_line(element.get_text(" ")) for element in named}
    agreeing = [text for text in texts if len(text) <= _LONGEST_TITLE and find_span(text, whole)]
    return agreeing[0] if len(agreeing) == 1 else ""


def _second_heading(document: Document, agreeing: list[str], labels: tuple[str, ...]) -> str:
    """The title, where it is a second heading, and the first one is the site's name.

    So it is when ``<title>`` begins with the one and ends with the other.
    """
    if len(labels) < 2 or list(map(fold_label, agreeing)) != [fold_label(labels[-1])]:
        return ""
    texts = (clean_line(element.get_text(" ")) for element in document.markup.of_tag("h2"))
    return next((text for text in texts if fold_label(text) == fold_label(labels[0])), "")


def _headings(document: Document) -> list[str]:
    elements = [*document.markup.of_property("headline"), *document.markup.of_tag("h1")]
    texts = [
        _LABEL.sub("", clean_line(element.get_text(" ")))
        for element in elements
        if not is_logo(element) and not _leads_home(element)
    ]
    return [
        text for text in dict.fromkeys(texts) if fold_label(text) and len(text) <= _LONGEST_TITLE
    ]


def _leads_home(element: Tag) -> bool:
    return any(_HOME.match(str(link["href"])) for link in element.find_all("a", href=True))


def _declared(document: Document) -> str:
    headlines = (text_of(item.get("headline")) for item in document.metadata.articles())
    return document.metadata.first("og:title", "twitter:title", "headline") or next(
        filter(None, headlines), ""
    )


def _without_site(title: str, site: str) -> str:
    span = find_span(site, title) if site else None
    if span is None or span == (0, len(title)):
        return title
    return title[: span[0]].rstrip(_EDGE) if span[1] == len(title) else title


def _title_element(document: Document) -> str:
    elements = document.markup.of_tag("title")
    return clean_line(elements[0].get_text(" ")) if elements else ""


def _labels(text: str) -> tuple[str, ...]:
    text = text.strip(_EDGE)
    return _part(text, [(cut.start, cut.end) for cut in find_separators(text)])


def _labels_beside(text: str) -> tuple[str, ...]:
    """The labels on one side of the title, where a dash without spaces is no part of a name."""
    labels = _labels(text)
    if len(labels) == 1 and _DASH.search(text):
        return _part(labels[0], [cut.span() for cut in _DASH.finditer(labels[0])])
    return labels


def _part(text: str, cuts: list[tuple[int, int]]) -> tuple[str, ...]:
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(text)]
    labels = (text[start:end].strip(_EDGE) for start, end in zip(starts, ends, strict=True))
    return tuple(label for label in labels if fold_label(label) and not _MAKER.match(label))


def _pairs(text: str) -> set[str]:
    folded = fold_label(text)
    return {folded[at : at + 2] for at in range(len(folded) - 1)}
