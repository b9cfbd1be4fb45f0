"""The elements of a page by their tags and properties, found in one pass."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from bs4 import Tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bs4 import BeautifulSoup


_NAMES = frozenset(["id", "class", "aria-label"])


class Markup:
    """The elements of a page, in its order.

    Attributes:
        elements: All of them.
        named: Those with an id, a class or a label of their own.
        typed: Those that microdata say are an object of some type.
    """

    def __init__(self, soup: BeautifulSoup) -> None:
        self.elements: list[Tag] = [node for node in soup.descendants if isinstance(node, Tag)]
        self.named = [element for element in self.elements if not _NAMES.isdisjoint(element.attrs)]
        self.typed = [element for element in self.elements if "itemtype" in element.attrs]
        self._tags: dict[str, list[Tag]] = defaultdict(list)
        self._properties: dict[str, list[Tag]] = defaultdict(list)
        for element in self.elements:
            self._tags[element.name].append(element)
            if "itemprop" in element.attrs:
                for name in str(element.attrs["itemprop"]).split():
                    self._properties[name].append(element)

    def of_tag(self, name: str) -> Sequence[Tag]:
        """The elements with a tag."""
        return self._tags.get(name, ())

    def of_property(self, name: str) -> Sequence[Tag]:
        """The elements that microdata say are a property, such as ``datePublished``."""
        return self._properties.get(name, ())
