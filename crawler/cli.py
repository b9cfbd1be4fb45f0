"""The shell's commands around sources, crawls and imports."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.demo.command import demo
from crawler.errors import CrawlError, SourceError
from indexer.cli import index_option
from indexer.errors import XiaosouError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.source import Source
    from indexer.article import Article
    from indexer.index import Index
    from indexer.store import Copy, Store

_BEGINNING = 60  # characters of a text that are shown
_NAMES = {"new": "article", "listing": "list"}

__all__ = ["crawl", "demo", "import_", "schedule", "source"]


@click.command("import")
@click.argument(
    "paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(exists=True, path_type=Path)
)
@click.option(
    "--base", default="", help="The address that relative paths and names are resolved against."
)
@index_option
def import_(paths: tuple[Path, ...], base: str, index_path: Path) -> None:
    """Add articles from JSON lines, HTML and text files, web archives, and folders of them."""
    from crawler.files import read_articles
    from indexer.index import Index
    from indexer.progress import progress

    skipped = 0

    def report_problem(problem: str) -> None:
        nonlocal skipped
        skipped += 1
        click.echo(f"xiaosou: {problem}", err=True)

    def keep(pages: Sequence[Copy]) -> None:
        if index.settings.copies:
            index.store.keep(pages)

    def articles() -> Iterator[Article]:
        for path in paths:
            try:
                yield from read_articles(path, base, report_problem, keep)
            except XiaosouError as error:
                report_problem(str(error))

    with Index.open(index_path) as index, progress() as report:
        counts = index.add(articles(), report)
    click.echo(
        f"{counts.new} new, {counts.changed} changed, {counts.unchanged} unchanged, "
        f"{skipped} skipped"
    )
    if not counts.new + counts.changed + counts.unchanged:
        raise CrawlError("there was no article to import: see what it takes with --help")


@click.group()
def source() -> None:
    """Say what to crawl."""


@source.command("add")
@click.argument("url")
@click.option("--name", help="The name of the source; by default its host.")
@index_option
def add_source(url: str, name: str | None, index_path: Path) -> None:
    """Declare a source that begins at URL, in a file to be edited."""
    from crawler import catalogue

    path = catalogue.add_source(index_path, url, name)
    click.echo(f"{path} declares the source; crawl it with: xiaosou crawl {path.stem}")


@source.command("list")
@index_option
def list_sources(index_path: Path) -> None:
    """Show the sources, when they were crawled and how many articles they brought."""
    from crawler.catalogue import own_sources, packaged_sources
    from crawler.collection import open_store
    from crawler.runs import last_run

    own = own_sources(index_path)
    names = {source.name for source in own}
    with open_store(index_path) as store:
        packaged = [source for source in packaged_sources() if source.name not in names]
        shown = own + [source for source in packaged if last_run(store, source.name)]
        rows = [_describe(store, source, scheduled=source.name in names) for source in shown]
    if not rows:
        click.echo("there are no sources yet: add one with xiaosou source add URL")
        return
    _print_table(("name", "interval", "last crawl", "next due", "articles", "seeds"), rows)


@source.command("check")
@click.argument("given", metavar="NAME|FILE|URL")
@click.option("--pages", default=10, type=click.IntRange(1, 100), help="How many pages to fetch.")
@index_option
def check_source(given: str, pages: int, index_path: Path) -> None:
    """Fetch a few pages of a source and show what a crawl would bring.

    Nothing is added to the collection.
    """
    from crawler.catalogue import resolve_source
    from crawler.check import check
    from crawler.collection import open_store
    from crawler.hosts import Hosts
    from crawler.visit import FETCHED
    from indexer.settings import Settings

    source = resolve_source(index_path, given)
    contact = Settings.load(index_path).contact
    with open_store(index_path) as store:
        findings = check(source, Hosts(store), contact, pages)
    for finding in findings:
        reason = f" ({finding.reason})" if finding.reason else ""
        click.echo(f"{finding.url}: {_NAMES.get(finding.outcome, finding.outcome)}{reason}")
        for article in finding.articles:
            for name, value in _summary(article):
                click.echo(f"  {name:<10}{value or '-'}")
    found = sum(len(finding.articles) for finding in findings)
    click.echo(f"{len(findings)} pages, {found} articles")
    if not any(finding.outcome in FETCHED for finding in findings):
        raise CrawlError(f"nothing could be fetched from {source.name}: check its seeds and hosts")


def _summary(article: Article) -> Iterator[tuple[str, str]]:
    """What is to be seen of an article at a glance."""
    yield "url", article.url
    yield "title", article.title
    yield "site", article.site
    yield "category", article.category
    yield "language", article.language
    yield "author", article.author
    yield "published", article.published.isoformat() if article.published else ""
    beginning = " ".join(article.body[:_BEGINNING].split())
    more = "…" if len(article.body) > _BEGINNING else ""
    yield "body", f"{beginning}{more} ({len(article.body)} characters)"


def _describe(store: Store, source: Source, *, scheduled: bool) -> tuple[str, ...]:
    from crawler.declaration import write_interval
    from crawler.runs import count_articles, last_run
    from crawler.schedule import due_at

    run = last_run(store, source.name)
    due = due_at(source, run)
    return (
        source.name,
        write_interval(source.interval),
        _write_time(run.started_at) if run else "never",
        ("now" if due <= datetime.now(UTC) else _write_time(due)) if scheduled else "when named",
        str(count_articles(store, source.name)),
        " ".join(source.seeds),
    )


def _write_time(time: datetime) -> str:
    return f"{time.astimezone():%Y-%m-%d %H:%M}"


def _print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


@click.command()
@click.argument("names", nargs=-1, metavar="[SOURCE]…")
@click.option("--due", is_flag=True, help="Visit only what is due: sources, and of them pages.")
@click.option(
    "--reextract", is_flag=True, help="Fetch nothing: read again the pages that were kept."
)
@index_option
@click.pass_context
def crawl(
    context: click.Context, names: tuple[str, ...], due: bool, reextract: bool, index_path: Path
) -> None:
    """Crawl sources, all of them when none is named, and index what they bring.

    A crawl that was interrupted goes on where it was.
    """
    if due and reextract:
        raise click.UsageError("--due and --reextract do not go together")
    from crawler.catalogue import find_source, own_sources
    from crawler.collection import collect
    from crawler.runs import last_run
    from crawler.schedule import due_at
    from indexer.index import Index
    from indexer.progress import progress

    sources = [find_source(index_path, name) for name in names] or own_sources(index_path)
    if not sources:
        raise SourceError(
            f"there is no source in {index_path / 'sources'}: add one with xiaosou source add URL"
        )
    with Index.open(index_path) as index:
        if reextract:
            _reextract(index, sources)
            return
        if due:
            now = datetime.now(UTC)
            sources = [
                source
                for source in sources
                if due_at(source, last_run(index.store, source.name)) <= now
            ]
            if not sources:
                click.echo("nothing is due")
                return
        succeeded = False
        for source in sources:
            with progress() as report:
                result = collect(index, source, report, complete=not due)
            if result:
                succeeded = True
                click.echo(f"{source.name}: {result}")
    if not succeeded:
        context.exit(1)


def _reextract(index: Index, sources: Sequence[Source]) -> None:
    from crawler.reextraction import reextract
    from indexer.progress import progress

    with progress() as report:
        results = {source.name: reextract(index.store, source, report) for source in sources}
        index.catch_up(report)
    for name, outcomes in results.items():
        counts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
        click.echo(f"{name}: {counts or 'no page was kept'}")


@click.command()
@index_option
def schedule(index_path: Path) -> None:
    """Crawl every source when it is due, until interrupted."""
    import logging

    from crawler.schedule import Schedule
    from crawler.signals import exit_on_signals

    logging.getLogger("crawler").setLevel(logging.INFO)
    exit_on_signals()
    Schedule(index_path).run()
