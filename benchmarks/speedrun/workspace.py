"""The folder of a run: what is measured with, and what each engine makes of it.

::

    articles.jsonl       the articles
    tokens/              the same, analysed
    <engine>/plain/      the engine's index of the tokens
    <engine>/stored/     the same with the texts stored
    xiaosou/text/        a whole collection of xiaosou, indexed from text
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer import Article
from indexer.jsonlines import read


@dataclass(frozen=True, slots=True)
class Workspace:
    """The paths of a run.

    Attributes:
        folder: The folder of the run.
    """

    folder: Path

    @property
    def articles_file(self) -> Path:
        """The articles, as JSON lines."""
        return self.folder / "articles.jsonl"

    @property
    def tokens(self) -> Path:
        """The analysed articles, as `speedrun.tokens` writes them."""
        return self.folder / "tokens"

    @property
    def collection(self) -> Path:
        """The collection of xiaosou that was indexed from text."""
        return self.engine("xiaosou") / "text"

    def engine(self, name: str) -> Path:
        """The folder of an engine."""
        return self.folder / name

    def articles(self) -> Iterator[Article]:
        """The articles again, from their file."""
        for item in read(self.articles_file):
            assert isinstance(item, Article)
            yield item

    def count(self) -> int:
        """How many articles there are."""
        with self.articles_file.open("rb") as file:
            return sum(1 for _ in file)
