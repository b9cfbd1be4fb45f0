"""What a page asks of crawlers: ``<meta name="robots">`` and the header X-Robots-Tag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

AGENTS = ("robots", "xiaosou")
"""The names under which pages speak to this crawler."""

# Those that have a value of their own after a colon, which is no name of a crawler then.
_VALUED = ("max-snippet", "max-image-preview", "max-video-preview", "unavailable_after")


@dataclass(frozen=True, slots=True)
class Directives:
    """What a page allows.

    Attributes:
        index: To be found in a search.
        follow: Its links to be followed.
        archive: A copy of it to be shown.
    """

    index: bool = True
    follow: bool = True
    archive: bool = True


def read_directives(meta: Iterable[str], header: Iterable[str] = ()) -> Directives:
    """Read what a page asks for; each place can only forbid.

    Args:
        meta: The contents of the page's ``meta`` elements that speak to this crawler.
        header: The values of its X-Robots-Tag.
    """
    texts = [*meta, *filter(None, map(_addressed_to_us, header))]
    words = {word.strip().lower() for text in texts for word in text.split(",")}
    return Directives(
        index=words.isdisjoint({"noindex", "none"}),
        follow=words.isdisjoint({"nofollow", "none"}),
        archive=words.isdisjoint({"noarchive", "nocache", "none"}),
    )


def _addressed_to_us(value: str) -> str:
    """The directives of a header's value; nothing when it speaks to another crawler."""
    name, colon, rest = value.partition(":")
    name = name.strip().lower()
    if not colon or "," in name or name in _VALUED:
        return value
    return rest if name in AGENTS else ""
