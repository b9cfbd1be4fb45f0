"""Articles on several pages: which page goes on with an article, and its text joined.

A link goes on with an article when it says so ("下一页", "Next page", "2", ``rel=next``) and its
address is that of the first page but for the number of a page. Sites say "next" of the next article
as well, and number these, so that both must hold.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit, urlunsplit

from crawler.errors import NoArticleError
from crawler.extraction.article import extract_from
from crawler.extraction.names import holds_comments

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

    from crawler.extraction.document import Document
    from crawler.extraction.selectors import Selectors
    from indexer.article import Article

_NEXT = re.compile(
    r"下一?[页頁]|后一?页|後一?頁|next(?:\ page)?|continue(?:d|\ reading)?|[>›»→]{1,2}",
    re.IGNORECASE | re.VERBOSE,
)
_PREVIOUS = re.compile(
    r"[上前]一?[页頁]|prev(?:ious)?(?:\ page)?|back|[<‹«←]{1,2}",
    re.IGNORECASE | re.VERBOSE,
)
_AROUND = " \t[]【】()（）>›»→<‹«←|"
_PARAMETERS = frozenset(["page", "p", "pn", "pg", "paged", "pageno", "pagenum", "pageindex"])
_ENDING = r"(?P<end>/?|\.[a-z]{2,5})$"
# The number of a page, as nothing else is written: article_2.html, article-p2.html, article/page/2.
_PLAIN = re.compile(rf"(?:_|[-_/]p(?:age)?[-_/]?)(?P<number>\d{{1,3}}){_ENDING}", re.IGNORECASE)
# As articles are numbered too: article-2.html, article/2.
_VAGUE = re.compile(rf"[-/](?P<number>\d{{1,2}}){_ENDING}", re.IGNORECASE)


def find_next_page(document: Document, first: str = "") -> str:
    """The address of the page that goes on with this page's article; empty when none does.

    Args:
        document: The page.
        first: The address of the article's first page; empty when this is it.
    """
    here = _normalize(document.url)
    first = _normalize(first) if first else here
    number = 1 if here == first else dict(_readings(here)).get(first, 0)
    firsts = {first} | {whole for whole, count in _readings(first, _PLAIN) if count <= 1}
    for target, text, relations in _links(document):
        told = _NEXT.fullmatch(text) or text == str(number + 1) or "next" in relations
        # Some sites count from zero, so that the second page is number one.
        wanted = {1, 2} if here == first else {number + 1}
        if told and any(w in firsts and n in wanted for w, n in _readings(target)):
            return target
    return ""


def goes_on(document: Document) -> bool:
    """Whether a page goes on with the article of another, so that it is no article of its own."""
    here = _normalize(document.url)
    for target, text, relations in _links(document):
        if _PREVIOUS.fullmatch(text) or not relations.isdisjoint({"prev", "previous"}):
            for whole, number in _readings(here):
                if target == whole and number <= 2:
                    return True
            before = {(whole, number - 1) for whole, number in _readings(here, _PLAIN)}
            if not before.isdisjoint(_readings(target, _PLAIN)):
                return True
    return False


def join_pages(documents: Sequence[Document], selectors: Selectors, zone: tzinfo) -> Article:
    """Find the article that several pages hold.

    All but its text is of the first page. What the others repeat at their beginning or end, such as
    an introduction, is left out of them.

    Args:
        documents: The pages in their order, at least one.
        selectors: What the pages' source says about where things stand.
        zone: The time zone of dates that are printed without one.

    Raises:
        NoArticleError: The first page holds none.
    """
    first = extract_from(documents[0], selectors, zone=zone)
    lines = first.body.split("\n")
    for document in documents[1:]:
        try:
            text = extract_from(document, selectors, zone=zone).body
        except NoArticleError:  # a page of pictures, for example
            continue
        lines += _without_repeated(text.split("\n"), frozenset(lines))
    return replace(first, body="\n".join(lines))


def _without_repeated(lines: list[str], known: frozenset[str]) -> list[str]:
    start, end = 0, len(lines)
    while start < end and lines[start] in known:
        start += 1
    while start < end and lines[end - 1] in known:
        end -= 1
    return lines[start:end]


def _links(document: Document) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Where the page's links lead, what they say, and in which relation they say it stands."""
    for link in (*document.markup.of_tag("link"), *document.markup.of_tag("a")):
        text = " ".join(link.get_text(" ").split())
        relations = frozenset(str(name).lower() for name in link.get("rel") or ())
        if any(map(holds_comments, link.parents)):  # which have pages of their own
            continue
        try:
            target = _normalize(urljoin(document.url, str(link.get("href", "")).strip()))
        except ValueError:  # no address at all, such as "http://["
            continue
        if target != _normalize(document.url):
            yield target, text.strip(_AROUND) or text, relations


def _normalize(url: str) -> str:
    return urldefrag(url).url


def _readings(url: str, *forms: re.Pattern[str]) -> Iterator[tuple[str, int]]:
    """The ways to read an address as that of an article and the number of a page of it.

    Args:
        url: The address.
        forms: How the number may be written in its path; any way, when there are none.
    """
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    for name, value in query:
        if name.lower() in _PARAMETERS and value.isdecimal() and len(value) <= 3:
            rest = urlencode([item for item in query if item != (name, value)])
            yield urlunsplit(parts._replace(query=rest)), int(value)
    for form in forms or (_PLAIN, _VAGUE):
        match = form.search(parts.path)
        if match and match.start() > 0:
            # article/2/ is the second page of article/, and of article
            for end in {match["end"], ""} if match["end"] == "/" else {match["end"], "/"}:
                path = parts.path[: match.start()] + end
                yield urlunsplit(parts._replace(path=path)), int(match["number"])
