"""What a source says about its pages: where to look, before any rule guesses."""

from __future__ import annotations

from dataclasses import dataclass, fields

import soupsieve

from crawler.errors import SourceError


@dataclass(frozen=True, slots=True)
class Selectors:
    """CSS selectors of a source. What one of them finds wins over every rule; empty means none.

    Attributes:
        title: The element that holds the headline.
        body: The element, or elements in page order, that hold the text.
        date: The element that holds the time of publication, as text, ``datetime`` or ``content``.
        author: The element that holds the author's name.
        category: The element that holds the name of the site's section.
        site: The element that holds the name of the site.
        remove: What is taken out of the page before its body is looked for; the other selectors
            find their elements before that.
        each: The elements that hold an article each, on pages with several, such as of jokes. The
            other selectors then find their elements in these.

    Raises:
        SourceError: A selector is no CSS.
    """

    title: str = ""
    body: str = ""
    date: str = ""
    author: str = ""
    category: str = ""
    site: str = ""
    remove: tuple[str, ...] = ()
    each: str = ""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            for selector in value if field.name == "remove" else filter(None, [value]):
                _require_css(field.name, selector)


def _require_css(name: str, selector: str) -> None:
    try:
        soupsieve.compile(selector)
    except soupsieve.SelectorSyntaxError as error:
        reason = str(error).splitlines()[0]
        raise SourceError(f"the selector for {name}, {selector!r}, is no CSS: {reason}") from None
