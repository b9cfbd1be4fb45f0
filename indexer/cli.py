"""The shell: ``xiaosou`` and its commands around the index.

The crawler and the page add theirs through the entry points ``xiaosou.commands``, so nothing here
knows of them and each is loaded only when it is asked for.
"""

from __future__ import annotations

import json
import logging
import sys
from html import unescape
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indexer import __version__
from indexer.errors import XiaosouError
from indexer.settings import default_index_path

if TYPE_CHECKING:
    from indexer.index import Index
    from indexer.results import Hit

_COMMANDS = "xiaosou.commands"

index_option = click.option(
    "--index",
    "index_path",
    type=click.Path(file_okay=False, path_type=Path),
    default=default_index_path,
    show_default="XIAOSOU_INDEX, else ./index",
    help="The folder of the collection.",
)
"""The option every command has; it passes ``index_path``."""


class _Commands(click.Group):
    """The registered commands, each loaded when it is first needed."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return sorted(_registered())

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        point = _registered().get(name)
        return point.load() if point else None

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except XiaosouError as error:
            click.echo(f"xiaosou: {error}", err=True)
            context.exit(1)


def _registered() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=_COMMANDS)}


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="xiaosou")
def main() -> None:
    """Collect articles and find them again: 笑搜 xiaosou."""
    logging.basicConfig(stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")


def open_existing(index_path: Path) -> Index:
    """Open a collection that must be there already.

    Raises:
        XiaosouError: There is none in this folder, or it cannot be opened.
    """
    from indexer.index import STORE_FILE, Index
    from indexer.settings import Settings

    if not Settings.load(index_path).store and not (index_path / STORE_FILE).exists():
        raise XiaosouError(
            f"there is no collection in {index_path}: begin one with xiaosou import or "
            "xiaosou crawl, or name another with --index"
        )
    return Index.open(index_path)


@click.command()
@click.argument("query", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
@index_option
def search(query: tuple[str, ...], limit: int, as_json: bool, index_path: Path) -> None:
    """Search the collection."""
    with open_existing(index_path) as index:
        results = index.search(" ".join(query), limit=limit)
    if as_json:
        click.echo(json.dumps(results.to_dict(), ensure_ascii=False, indent=2))
        return
    for notice in results.notices:
        click.secho(str(notice), dim=True)
    for number, hit in enumerate(results, 1):
        _print_hit(number, hit)
    click.secho(f"{results.total} found in {results.took:.3f} s", dim=True)


def _print_hit(number: int, hit: Hit) -> None:
    article = hit.article
    date = f"{article.published:%Y-%m-%d}" if article.published else ""
    click.echo(f"{number}. " + click.style(article.title, bold=True))
    click.echo("   " + " › ".join(filter(None, [article.site, article.category, date])))
    click.echo(f"   {_styled(hit.snippet)}")
    click.secho(f"   {article.url}", underline=True)
    if hit.duplicates:
        click.secho(f"   and {hit.duplicates} more that say nearly the same", dim=True)


def _styled(snippet: str) -> str:
    """A snippet for the terminal, on one line, with what matched in bold."""
    pieces = " ".join(snippet.split()).replace("</mark>", "<mark>").split("<mark>")
    return "".join(
        click.style(text, bold=True, fg="yellow") if position % 2 else text
        for position, text in enumerate(map(unescape, pieces))
    )


@click.command()
@click.argument("query")
@click.argument("url")
@click.option("--json", "as_json", is_flag=True, help="Print the explanation as JSON.")
@index_option
def explain(query: str, url: str, as_json: bool, index_path: Path) -> None:
    """Tell why QUERY finds the article at URL, with which score, or why it does not."""
    with open_existing(index_path) as index:
        explanation = index.explain(query, url=url)
    if as_json:
        click.echo(json.dumps(explanation.to_dict(), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(explanation.lines()))


@click.command()
@click.option("--rebuild", is_flag=True, help="Build the index anew beside the live one.")
@index_option
def index(rebuild: bool, index_path: Path) -> None:
    """Index what changed in the store."""
    from indexer.progress import progress

    with open_existing(index_path) as opened, progress() as report:
        indexed = opened.rebuild(report) if rebuild else opened.catch_up(report)
    click.echo(f"{indexed} indexed")


@click.command()
@index_option
def check(index_path: Path) -> None:
    """Compare the index with the store and say what is wrong."""
    with open_existing(index_path) as opened:
        problems = opened.check()
    for problem in problems:
        click.echo(problem)
    if problems:
        raise XiaosouError(
            f"{len(problems)} problems: xiaosou index --rebuild makes the index anew"
        )
    click.echo("all is well")


@click.command()
@index_option
def stats(index_path: Path) -> None:
    """Print the size of the collection and the folder of its live index."""
    with open_existing(index_path) as opened:
        known = opened.stats()
    click.echo(f"articles    {known.articles}")
    click.echo(f"indexed     {known.indexed}")
    click.echo(f"behind      {known.behind}")
    click.echo(f"index size  {known.index_bytes / 1e6:.1f} MB")
    click.echo(f"generation  {known.location}")


@click.command()
@click.argument("urls", nargs=-1, required=True, metavar="URL…")
@click.option(
    "--purge", is_flag=True, help="Erase every version, and never crawl these URLs again."
)
@index_option
def delete(urls: tuple[str, ...], purge: bool, index_path: Path) -> None:
    """Take articles out of the collection."""
    with open_existing(index_path) as opened:
        deleted = opened.delete(urls, purge=purge)
    click.echo(f"{deleted} deleted")
    if deleted < len(set(urls)):
        raise XiaosouError(f"{len(set(urls)) - deleted} of these URLs are not in the collection")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@index_option
def export(file: str, index_path: Path) -> None:
    """Write every article as JSON lines; import reads them back.

    When FILE ends in .warc or .warc.gz, the pages of articles are written instead, as they came.
    """
    from indexer.jsonlines import write
    from indexer.progress import progress

    if file.lower().endswith((".warc", ".warc.gz")):
        from indexer import warc

        with open_existing(index_path) as opened, progress() as report:
            written = warc.write(opened.store.all_copies(), Path(file), report)
        click.echo(f"{written} pages exported", err=True)
        return
    with open_existing(index_path) as opened, progress() as report:
        written = write(opened.store.articles(), file, report, opened.store.count())
    click.echo(f"{written} exported", err=True)
