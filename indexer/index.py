"""The index: a collection of articles that can be added to and searched."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from indexer.analysis import Analysis
from indexer.article import Article, article_id
from indexer.audit import audit
from indexer.errors import GenerationError, ParameterError, StaleGenerationError
from indexer.explanation import Explanation
from indexer.following import follow
from indexer.generation import Generation, open_generations
from indexer.guide import Guide
from indexer.progress import Report, silent
from indexer.query.preferences import load_preferences
from indexer.reasons import explain
from indexer.results import Results
from indexer.search import STALE, Options, search, similar
from indexer.settings import Settings
from indexer.stats import Stats, stats
from indexer.store import Counts, Store
from indexer.suggest import Suggestion

STORE_FILE = "xiaosou.db"

_STORED_TOGETHER = 1000  # articles in one transaction of the store


class Index:
    """A collection of articles: the store that keeps them and the engine that finds them.

    It may be shared by threads, and other processes may use the same folder at the same time.
    Made by `Index.open`; a context manager that closes itself.

    Attributes:
        path: The folder of the collection.
        settings: The collection's settings.
        store: The article store.
    """

    def __init__(self, path: Path, settings: Settings, store: Store, analysis: Analysis) -> None:
        self.path = path
        self.settings = settings
        self.store = store
        self._analysis = analysis
        self._preferences = load_preferences(path, settings, analysis)
        self._fingerprint = analysis.fingerprint()
        self._generations = open_generations(path, settings.engine, self._fingerprint)
        self._live: Generation | None = None
        self._live_lock = threading.Lock()
        self._guide = Guide(store)

    @classmethod
    def open(
        cls, path: str | Path = "index", *, engine: str | None = None, store: str | None = None
    ) -> Index:
        """Open the collection in a folder; it is created when absent.

        Args:
            path: The folder.
            engine: The engine to search with instead of the one in the settings (see
                `indexer.settings.Settings`).
            store: An SQLAlchemy URL of the article store instead of the one in the settings.

        Raises:
            SettingsError: A setting is unknown or has no such value.
            StoreError: The article store cannot be opened.
            GenerationError: The index cannot be read or written.
        """
        path = Path(path)
        settings = Settings.load(path, engine=engine, store=store)
        dictionary = path / settings.dictionary if settings.dictionary else None
        opened_store = Store.open(settings.store or path / STORE_FILE)
        try:
            return cls(path, settings, opened_store, Analysis(dictionary))
        except BaseException:
            opened_store.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of files and connections. Nothing is lost without it."""
        if self._live:
            self._live.engine.close()
        self._generations.close()
        self._preferences.close()
        self.store.close()

    def add(self, articles: Iterable[Article], report: Report = silent) -> Counts:
        """Store articles and index them; the next search finds them, in other processes too.

        An article replaces the one that had its URL.

        Args:
            articles: Any number; they are read once and in bounded memory.
            report: Told about the progress.

        Returns:
            How many were new, changed and unchanged.

        Raises:
            StoreError: They cannot be stored; those stored before stay.
            GenerationError: They are stored but cannot be indexed now; `catch_up` does it later.
        """
        counts = Counts()
        remaining = iter(articles)
        while batch := list(islice(remaining, _STORED_TOGETHER)):
            counts += self.store.put(batch)
            report("stored", counts.new + counts.changed + counts.unchanged, None)
        self.catch_up(report)
        return counts

    def delete(self, urls: Iterable[str], *, purge: bool = False) -> int:
        """Take articles out of the collection; URLs it does not have are passed over.

        Args:
            urls: The articles' URLs.
            purge: Also erase every version kept of them, and never crawl these URLs again.

        Returns:
            How many were taken out.

        Raises:
            StoreError: The store cannot be written.
            GenerationError: They are out of the store but cannot be taken out of the index now;
                `catch_up` does it later.
        """
        deleted = self.store.delete(urls, purge=purge)
        self.catch_up()
        return deleted

    def search(
        self,
        text: str,
        *,
        limit: int = 10,
        offset: int = 0,
        filters: Mapping[str, str | Iterable[str]] | None = None,
        sort: str = "relevance",
        facets: Iterable[str] = (),
        match: str = "auto",
    ) -> Results:
        """Find articles. Any text is a query; see `indexer.search.Options` for the options.

        Args:
            text: Words and ``"phrases"``.
            limit: How many hits to return, up to 1,000.
            offset: How many hits to pass over first.
            filters: For site, category, language or author, a value or several of which an
                article must have one.
            sort: ``relevance``, ``newest`` or ``oldest``.
            facets: Which of site, category, language and author to count.
            match: ``auto``, ``all`` words or ``any`` word.

        Raises:
            ParameterError: An option is outside what is allowed.
            GenerationError: The index cannot be read.
            StoreError: The store cannot be read.
        """
        options = Options(
            limit=limit,
            offset=offset,
            filters={
                field: frozenset([values] if isinstance(values, str) else values)
                for field, values in (filters or {}).items()
            },
            sort=sort,
            facets=tuple(facets),
            match=match,
        )
        live = self._generation()
        notices = () if live.fingerprint == self._fingerprint else (STALE,)
        corrector = self._guide.corrector(live)
        return search(
            text,
            options,
            live.engine,
            self.store,
            self._analysis,
            corrector,
            self._preferences,
            notices,
        )

    def suggest(self, text: str, *, limit: int = 8) -> list[Suggestion]:
        """What may be meant by the beginning of a query: words and titles, also in pinyin.

        The words of a large collection take seconds to gather, when they are first asked for and
        when the index has changed; changes may therefore show after a while only.

        Args:
            text: What was typed.
            limit: How many to return at most, up to `suggest.MAX_LIMIT`.

        Raises:
            ParameterError: The limit is outside what is allowed.
            GenerationError: The index cannot be read.
            StoreError: The store cannot be read.
        """
        return self._guide.suggest(self._generation(), text, limit)

    def explain(self, text: str, *, url: str) -> Explanation:
        """Tell why a search finds an article and with which score, or why it does not.

        Args:
            text: The query.
            url: The article's URL.

        Raises:
            ParameterError: The collection has no article with this URL.
            GenerationError: The index cannot be read.
            StoreError: The store cannot be read.
        """
        article, engine = self._required(url), self._generation().engine
        return explain(text, article, engine, self.store, self._analysis, self._preferences)

    def similar(self, url: str, *, limit: int = 10) -> Results:
        """Find the articles most like one, by the words they share.

        Args:
            url: The article's URL.
            limit: How many to return, up to 1,000.

        Raises:
            ParameterError: There is no such article, or the limit is outside what is allowed.
            GenerationError: The index cannot be read.
            StoreError: The store cannot be read.
        """
        article, engine = self._required(url), self._generation().engine
        return similar(article, limit, engine, self.store, self._analysis)

    def _required(self, url: str) -> Article:
        article = self.article(article_id(url))
        if article is None:
            raise ParameterError(f"the collection has no article {url}")
        return article

    def article(self, id: str) -> Article | None:  # noqa: A002 - the name of the attribute
        """The article with this `Article.id`, or None.

        Raises:
            StoreError: The store cannot be read.
        """
        return self.store.load([id]).get(id)

    def catch_up(self, report: Report = silent) -> int:
        """Index what changed in the store since the index last followed it.

        Returns:
            How many articles changed.

        Raises:
            GenerationBusyError: Another process was writing to the index for too long.
            StaleGenerationError: The analysis is not the one the index was built by.
            GenerationError: The index cannot be written.
        """
        with self._generations.writing():
            live = self._generation()
            if live.fingerprint != self._fingerprint:
                raise StaleGenerationError(
                    "the analysis is not the one the index was built by: nothing is lost, "
                    "run xiaosou index --rebuild"
                )
            indexed = follow(self.store, live, self._analysis, report)
        self._generations.remove_unused()
        return indexed

    def rebuild(self, report: Report = silent) -> int:
        """Build the index anew from the store beside the live one, then put it in its place.

        Searches go on in the live one meanwhile.

        Returns:
            How many articles were indexed.

        Raises:
            GenerationBusyError: Another process is rebuilding, or was writing for too long.
            GenerationError: The index cannot be written.
        """
        with self._generations.rebuilding():
            generation = self._generations.create()
            indexed = follow(self.store, generation, self._analysis, report)
            with self._generations.writing():
                indexed += follow(self.store, generation, self._analysis, report)
                self._generations.publish(generation.name)
                self._live = generation
                self._generations.remove_unused()
        return indexed

    def check(self) -> list[str]:
        """Compare the index with the store, and the store with itself.

        Returns:
            What is wrong, a line each; nothing when all is well.

        Raises:
            GenerationError: The index cannot be read.
            StoreError: The store cannot be read.
        """
        return audit(self.store, self._generation(), self._fingerprint)

    def stats(self) -> Stats:
        """The size of the collection.

        Raises:
            GenerationError: The index cannot be read.
            StoreError: The store cannot be read.
        """
        return stats(self.store, self._generation())

    def _generation(self) -> Generation:
        """The live generation, opened; another process may have published a new one."""
        live = self._live
        while live is None or live.name != self._generations.live():
            with self._live_lock:
                live = self._live = self._open_live()
        return live

    def _open_live(self) -> Generation:
        name = self._generations.live()
        if self._live and self._live.name == name:
            return self._live  # another thread was quicker
        try:
            opened = self._generations.open(name)
        except GenerationError:
            if name == self._generations.live():
                raise
            return self._open_live()  # it was followed by another and removed meanwhile
        if opened.engine.volatile:
            follow(self.store, opened, self._analysis, silent)
        return opened
