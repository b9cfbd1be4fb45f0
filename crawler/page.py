"""A page: the bytes a server, or a file, gave for a URL."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from crawler.complexity import check_complexity
from crawler.decode import decode


@dataclass(frozen=True)
class Page:
    """A page as it came, before anything is understood of it.

    Attributes:
        url: Where it is from, after redirects.
        content: The HTML as bytes, without any content encoding such as gzip.
        charset: The charset the server declared, empty for none. It may be wrong.
    """

    url: str
    content: bytes
    charset: str = ""

    @cached_property
    def text(self) -> str:
        """The HTML, decoded once for all who read the page.

        Raises:
            ComplexityError: It is made to keep a parser busy.
        """
        text = decode(self.content, self.charset)
        check_complexity(text)
        return text
