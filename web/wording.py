"""Wording: what others say in English, said in another language."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from functools import lru_cache

_REASON = "reason"  # the slot of a text that is worded by itself
_CHARACTERS = 1000  # of a text that is looked at; what is longer quotes somebody at length
_PLACES = 4  # where a text may begin


class Wording:
    """Says texts of which it knows the form. May be shared by threads.

    Args:
        catalogue: For each text what is said; slots in braces stand for any text.
    """

    def __init__(self, catalogue: Mapping[str, str]) -> None:
        self._forms = [(_pattern(text), said) for text, said in catalogue.items()]
        self.say = lru_cache(maxsize=1024)(self._say)

    def _say(self, text: str) -> str:
        """What a text says; empty when its form is not known.

        What is wrong is often told with the place before it, as in ``a.toml: seeds: …``; the place
        stays.
        """
        if len(text) > _CHARACTERS:
            return ""
        places = [0, *(found.end() for found in re.finditer(": ", text))]
        return next((said for at in places[:_PLACES] if (said := self._whole(text, at))), "")

    def _whole(self, text: str, at: int) -> str:
        """What a text says from a place on."""
        for pattern, said in self._forms:
            if found := pattern.fullmatch(text, at):
                slots = found.groupdict()
                if _REASON in slots:
                    slots[_REASON] = self.say(slots[_REASON]) or slots[_REASON]
                return text[:at] + said.format(**slots)
        return ""


def _pattern(text: str) -> re.Pattern[str]:
    """What a text looks like, with anything in its slots."""
    parts = [
        re.escape(literal) + (f"(?P<{slot}>.+?)" if slot else "")
        for literal, slot, _, _ in string.Formatter().parse(text)
    ]
    return re.compile("".join(parts), re.DOTALL)
