"""The index: a collection of articles that can be added to and searched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from indexer.analysis import Analysis
from indexer.article import Article, article_id
from indexer.audit import audit
from indexer.errors import ParameterError
from indexer.explanation import Explanation
from indexer.generation import Generation
from indexer.guide import Guide
from indexer.live import Live
from indexer.progress import Report, silent
from indexer.query.preferences import Preferences, load_preferences
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

    def __init__(self, path: Path, settings: Settings, store: Store) -> None:
        self.path = path
        self.settings = settings
        self.store = store
        self._live = Live(path, settings, store)
        analysis = self._live.latest_analysis
        self._understanding = analysis, load_preferences(path, settings, analysis)
        self._guide = Guide(store, path)

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
        opened_store = Store.open(settings.store or path / STORE_FILE)
        try:
            return cls(path, settings, opened_store)
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
        self._guide.close()
        self._live.close()
        self._understanding[1].close()
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
        if purge:
            self._guide.forget(self._live.generation())
        self.catch_up()
        return deleted

    def search(
        self,
        text: str,
        *,
        limit: int = 10,
        offset: int = 0,
        ahead: int = 0,
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
            ahead: How many hits after those to look for, for `Results.following` to count.
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
            ahead=ahead,
            filters={
                field: frozenset([values] if isinstance(values, str) else values)
                for field, values in (filters or {}).items()
            },
            sort=sort,
            facets=tuple(facets),
            match=match,
            collapse=self.settings.collapse,
        )
        live, analysis, preferences = self._asked()
        return search(
            text,
            options,
            live.engine,
            self.store,
            analysis,
            self._guide.corrector(live),
            preferences,
            (STALE,) if self._live.is_stale(live) else (),
        )

    def suggest(self, text: str, *, limit: int = 8) -> list[Suggestion]:
        """What may be meant by the beginning of a query: words and titles, also in pinyin.

        The words of a large collection take seconds to gather. They are gathered when they are
        first asked for, and kept; changes show a while after they were made.

        Args:
            text: What was typed.
            limit: How many to return at most, up to `suggest.MAX_LIMIT`.

        Raises:
            ParameterError: The limit is outside what is allowed.
            GenerationError: The index cannot be read.
            StoreError: The store cannot be read.
        """
        return self._guide.suggest(self._live.generation(), text, limit)

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
        live, analysis, preferences = self._asked()
        article, collapse = self._required(url), self.settings.collapse
        return explain(text, article, live.engine, self.store, analysis, preferences, collapse)

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
        live, analysis, _ = self._asked()
        article, collapse = self._required(url), self.settings.collapse
        return similar(article, limit, collapse, live.engine, self.store, analysis)

    def duplicates(self, id: str) -> list[Article]:  # noqa: A002 - the name of the attribute
        """The near-duplicates of an article: what says the same with few changes.

        Those that a search finds become one hit, which says how many there are
        (`Hit.duplicates`), unless the setting ``collapse`` is off.

        Args:
            id: The article's `Article.id`.

        Returns:
            The other articles of its group (`indexer.duplicate`), by id; none when there is no
            such article.

        Raises:
            GenerationError: The index cannot be read.
            StoreError: The store cannot be read.
        """
        ids = self._live.generation().engine.duplicates(id)
        articles = self.store.load(ids)
        return [articles[other] for other in ids if other in articles]

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

        When the user's dictionary has changed, the articles with a word by which it differs are
        indexed anew, too.

        Returns:
            How many articles were indexed or taken out.

        Raises:
            GenerationBusyError: Another process was writing to the index for too long.
            StaleGenerationError: The analysis is not the one the index was built by.
            GenerationError: The index cannot be written.
        """
        return self._live.catch_up(report)

    def rebuild(self, report: Report = silent) -> int:
        """Build the index anew from the store beside the live one, then put it in its place.

        Searches go on in the live one meanwhile.

        Returns:
            How many articles were indexed.

        Raises:
            GenerationBusyError: Another process is rebuilding, or was writing for too long.
            GenerationError: The index cannot be written.
        """
        indexed = self._live.rebuild(report)
        self._guide.prepare(self._live.generation())
        return indexed

    def check(self) -> list[str]:
        """Compare the index with the store, and the store with itself.

        Returns:
            What is wrong, a line each; nothing when all is well.

        Raises:
            GenerationError: The index cannot be read.
            StoreError: The store cannot be read.
        """
        return audit(self.store, *self._live.audited())

    def stats(self) -> Stats:
        """The size of the collection.

        Raises:
            GenerationError: The index cannot be read.
            StoreError: The store cannot be read.
        """
        return stats(self.store, self._live.generation())

    def _asked(self) -> tuple[Generation, Analysis, Preferences]:
        """What a query needs: the live generation, and what understands queries for it."""
        live = self._live.generation()
        analysis, preferences = self._understanding
        if analysis is not (now := self._live.analysis(live)):
            renewed = load_preferences(self.path, self.settings, now)
            preferences = replace(renewed, translation=preferences.translation)
            self._understanding = analysis, preferences = now, preferences
        return live, analysis, preferences
