"""Preferences: what a collection's settings add to a query. All are off by default."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

import platformdirs
from whoosh.query import ConstantScoreQuery, NumericRange, Query, Term

from indexer.analysis import Analysis, fold
from indexer.errors import SettingsError
from indexer.query import cedict
from indexer.query.dates import PUBLISHED
from indexer.query.times import time_value
from indexer.query.translation import Translation
from indexer.query.units import phrase_unit
from indexer.settings import Settings

RECENCY_SCORE = 10.0
"""What is added for an article of today: about as much as a rare word in the text comes to."""

_HALVINGS = 6  # after so many half-lives an article counts as old


class Synonyms:
    """Words that mean the same, from a file with a group a line, commas between.

    Args:
        file: The file.
        analysis: The analysis of the index.

    Raises:
        SettingsError: The file cannot be read.
    """

    def __init__(self, file: Path, analysis: Analysis) -> None:
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"the synonyms {file} cannot be read: {error}") from None
        self._lines = text.splitlines()
        self._analysis = analysis

    def of(self, word: str) -> tuple[str, ...]:
        """What means the same as a word of the words stream, as it stands in the file."""
        return self._table.get(word, ())

    @cached_property
    def _table(self) -> dict[str, tuple[str, ...]]:
        table: dict[str, tuple[str, ...]] = {}
        for line in self._lines:
            group = [part.strip() for part in line.replace("，", ",").split(",") if part.strip()]
            for part in group:
                words = self._analysis.analyse(part).searchable
                if len(words) == 1:
                    others = [other for other in group if other != part]
                    table[words[0]] = tuple(dict.fromkeys([*table.get(words[0], ()), *others]))
        return table


@dataclass(frozen=True)
class Preferences:
    """What counts besides the words.

    Attributes:
        recency: The days in which half of what a new article gets is gone; 0 for no difference.
        exactness: What is added when an article has the query as typed, side by side.
        sites: What is added for articles of a site.
        synonyms: Words that mean the same; None for none.
        translation: What words mean in the other language; None when that is not searched for.
    """

    recency: int = 0
    exactness: float = 0.0
    sites: Mapping[str, float] = field(default_factory=dict)
    synonyms: Synonyms | None = None
    translation: Translation | None = None

    def close(self) -> None:
        """Let go of files."""
        if self.translation:
            self.translation.close()

    def ranking(self, typed: str, now: datetime) -> Iterable[Query]:
        """What is added to the scores.

        Args:
            typed: The words of the query, as typed.
            now: The time that an article's age is counted to.
        """
        together = phrase_unit(fold(typed)) if self.exactness else None
        if together is not None:
            yield ConstantScoreQuery(together, self.exactness)
        for site, score in self.sites.items():
            yield ConstantScoreQuery(Term("site", site), score)
        if self.recency:
            today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
            for step in range(1, _HALVINGS + 1):
                start = time_value(today - timedelta(days=self.recency * step))
                # Each step adds what the one before it has more than it.
                yield ConstantScoreQuery(
                    NumericRange(PUBLISHED, start, None), RECENCY_SCORE * 0.5**step
                )


def load_preferences(folder: Path, settings: Settings, analysis: Analysis) -> Preferences:
    """The preferences that a collection's settings say.

    Args:
        folder: The folder of the collection.
        settings: Its settings.
        analysis: The analysis of its index.

    Raises:
        SettingsError: A setting is not what it should be, or the synonyms cannot be read.
    """
    cache = platformdirs.user_cache_path("xiaosou")
    return Preferences(
        recency=settings.recency,
        exactness=settings.exactness,
        sites=_sites(settings.site_weights),
        synonyms=Synonyms(folder / settings.synonyms, analysis) if settings.synonyms else None,
        translation=Translation(cache / cedict.FILE) if settings.translation else None,
    )


def _sites(text: str) -> dict[str, float]:
    sites: dict[str, float] = {}
    for part in filter(None, map(str.strip, text.replace("，", ",").split(","))):
        name, _, number = part.rpartition("=")
        try:
            sites[name.strip()] = float(number)
        except ValueError:
            raise SettingsError(f"site_weights has {part!r}, which is no name=number") from None
    return sites
