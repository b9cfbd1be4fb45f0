"""Links to the other pages of a search."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.results import Results
from web.parameters import MAX_PAGE, PAGE_SIZE, PageParameters

_AROUND = 2  # numbered pages on either side of the current one

AHEAD = _AROUND * PAGE_SIZE
"""How many hits after its own a page is to know of, to link to those that there are."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link to a page of a search: its number and where it goes."""

    number: int
    href: str


@dataclass(frozen=True, slots=True)
class Pagination:
    """The pages of a search, as far as they can be reached.

    Attributes:
        current: The number of the page at hand.
        numbers: The pages around it, itself among them; none when there is but one page, or it is
            beyond the last.
        first: The first page, unless it is among ``numbers`` or there is none.
        previous: The page before, or None.
        next: The page after, or None.
    """

    current: int
    numbers: tuple[PageLink, ...]
    first: PageLink | None
    previous: PageLink | None
    next: PageLink | None

    @classmethod
    def of(cls, found: Results, asked: PageParameters) -> Pagination:
        """The pages of a search that looked `AHEAD`.

        Near-duplicates are no hits of their own, so the total does not tell how many pages there
        are. Where a page has no hits there are none around it, either.
        """
        current = asked.page
        last = min(current + -(-found.following // PAGE_SIZE), MAX_PAGE) if found.hits else 0

        def link(number: int) -> PageLink | None:
            if not 1 <= number <= last or last == 1:
                return None
            return PageLink(number, asked.link_to_page(number))

        around = [link(number) for number in range(current - _AROUND, current + _AROUND + 1)]
        numbers = tuple(page for page in around if page)
        return cls(
            current=current,
            numbers=numbers,
            first=link(1) if numbers and numbers[0].number > 1 else None,
            previous=link(current - 1),
            next=link(current + 1),
        )
