"""How good an extracted article is.

Texts are compared by their runs of four tokens, a Chinese character being a token. Precision and
recall are averaged over the pages before F1 is made of them, as article-extraction-benchmark of
scrapinghub does.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo

from crawler.extraction.title import fold_label
from indexer.article import Article

_RUN = 4
_TOKEN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[^\W\u3400-\u9fff\uf900-\ufaff]+")
_NUMBER = re.compile(r"\d+")


class Verdict(StrEnum):
    """What a found title, date or author is, held against its label."""

    RIGHT = "right"
    """It is what the page says, or both are nothing."""

    MISSED = "missed"
    """The page says it, and nothing was found."""

    WRONG = "wrong"
    """The page says something else."""

    INVENTED = "invented"
    """The page says nothing."""


@dataclass(frozen=True, slots=True)
class Score:
    """How much of a text is right, and how much of the right text it has; 0 to 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def score_body(expected: str, found: str) -> Score:
    """Score a text against the label."""
    gold, runs = _runs_of(expected), _runs_of(found)
    shared = (gold & runs).total()
    return Score(
        shared / runs.total() if runs else float(not gold),
        shared / gold.total() if gold else float(not runs),
    )


def zone_of(language: str) -> tzinfo:
    """The zone that dates without one are in, on pages of a language."""
    return ZoneInfo("Asia/Shanghai") if language == "zh" else UTC


def found_in(article: Article, field: str, zone: tzinfo) -> str:
    """What an article has for a labelled field, as text; a date in the zone of its page."""
    if field == "date":
        return article.published.astimezone(zone).isoformat() if article.published else ""
    return str(getattr(article, field))


def judge_field(field: str, expected: str, found: str) -> Verdict:
    """Hold what was found against the label.

    Titles and authors are compared by their letters and digits, dates by their days.
    """
    if not found or not expected:
        if found == expected:
            return Verdict.RIGHT
        return Verdict.INVENTED if found else Verdict.MISSED
    if field == "date":
        same = _day_of(expected) == datetime.fromisoformat(found).timetuple()[:3]
    else:
        same = fold_label(expected) == fold_label(found)
    return Verdict.RIGHT if same else Verdict.WRONG


def _day_of(label: str) -> tuple[int, ...]:
    return tuple(map(int, _NUMBER.findall(label)[:3]))


def _runs_of(text: str) -> Counter[tuple[str, ...]]:
    tokens = _TOKEN.findall(text)
    if len(tokens) < _RUN:
        return Counter([tuple(tokens)] if tokens else [])
    return Counter(zip(*(tokens[start:] for start in range(_RUN)), strict=False))
