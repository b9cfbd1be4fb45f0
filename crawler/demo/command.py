"""The shell's command ``demo``: the demo site, crawled, indexed and served."""

from __future__ import annotations

import os
from pathlib import Path

import click

from crawler.demo.errors import DemoError

_SITE_PORT = 8091


def _default_index_path() -> Path:
    return Path(os.environ.get("XIAOSOU_INDEX") or "index/demo")


@click.command()
@click.option(
    "--index",
    "index_path",
    type=click.Path(file_okay=False, path_type=Path),
    default=_default_index_path,
    show_default="XIAOSOU_INDEX, else ./index/demo",
    help="The folder of the collection.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), help="The port of the search page; see serve."
)
@click.option(
    "--site-port",
    type=click.IntRange(0, 65535),
    default=_SITE_PORT,
    show_default=True,
    help="The port of the demo site, which is part of its articles' addresses.",
)
def demo(index_path: Path, port: int | None, site_port: int) -> None:
    """Crawl the bundled demo site, index it and open the search page, until interrupted."""
    from crawler.collection import collect
    from crawler.demo.site import serve_site
    from crawler.signals import exit_on_signals
    from indexer.cli import main
    from indexer.index import Index
    from indexer.progress import progress

    exit_on_signals()
    with serve_site(port=site_port) as address:
        click.echo(f"the demo site is at {address}/")
        with Index.open(index_path) as index, progress() as report:
            result = collect(index, "demo", report, seeds=[f"{address}/"])
        if result is None:
            raise DemoError("the demo site could not be crawled: the lines above say why")
        click.echo(f"demo: {result}")
        arguments = ["serve", "--index", str(index_path)]
        arguments += [] if port is None else ["--port", str(port)]
        click.echo("the search page, until Ctrl-C:")
        main.main(arguments, standalone_mode=False)
