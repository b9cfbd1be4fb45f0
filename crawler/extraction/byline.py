"""The lines around an article that say who wrote it and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.extraction.body import value_of
from crawler.extraction.date import is_byline
from crawler.extraction.title import fold_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.extraction.blocks import Block

# How many lines after the title and before it, or before the text, and after the article's last.
_AFTER_TITLE = 12
_BEFORE_TITLE = 4
_BEFORE_TEXT = 8
_AFTER_TEXT = 5
# A block of the text that is worth more than this, in bytes, is not one of its byline.
_PROSE = 20
_ENDING = 60  # characters
# No line of a byline is longer, in bytes.
_LONGEST = 240


@dataclass(frozen=True, slots=True)
class Byline:
    """Where a page can say who wrote its article and when.

    Attributes:
        head: The short lines between the title and the text, then those above the title, upwards.
        rest: The short lines among and after the article's text, in their order. They may be of
            its text as well, so that only what they say outright counts.
        ending: The last words of the text, after which a name can stand in parentheses.
    """

    head: tuple[Block, ...] = ()
    rest: tuple[Block, ...] = ()
    ending: str = ""


def find_byline(blocks: Sequence[Block], body: Sequence[Block], title: str) -> Byline:
    """Find the lines of a page where its article's byline can stand.

    Args:
        blocks: All blocks of the page, in its order.
        body: The blocks of the article among them, in that order too.
        title: The article's title.
    """
    if not body:
        return Byline()
    places = {id(block): place for place, block in enumerate(blocks)}
    prose = (block for block in body if value_of(block) > _PROSE and not is_byline(block.text))
    first = places[id(next(prose, body[0]))]
    last = places[id(body[-1])]
    head = _place_of_title(blocks, title, first)
    if head is None:
        head = max(0, min(first, places[id(body[0])]) - _BEFORE_TEXT)
    end = min(head + _AFTER_TITLE, len(blocks))
    after = range(head, min(first, end) if first > head else end)
    before = range(head - 1, max(-1, head - 1 - _BEFORE_TITLE), -1)
    rest = range(places[id(body[0])], min(last + 1 + _AFTER_TEXT, len(blocks)))
    return Byline(
        _short(blocks[place] for place in (*after, *before)),
        _short(blocks[place] for place in rest),
        next((block.text[-_ENDING:] for block in reversed(body) if value_of(block) > _PROSE), ""),
    )


def _place_of_title(blocks: Sequence[Block], title: str, first: int) -> int | None:
    """Where the title stands: the last time above the text, else the first time at all."""
    folded = fold_label(title)
    places = [place for place, block in enumerate(blocks) if fold_label(block.text) == folded]
    above = [place for place in places if place <= first]
    return next(iter([*reversed(above), *places]), None)


def _short(blocks: Iterable[Block]) -> tuple[Block, ...]:
    return tuple(block for block in blocks if block.size <= _LONGEST)
