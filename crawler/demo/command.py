"""The shell's command ``demo``: the demo site, crawled, indexed and served."""

from __future__ import annotations

import errno
import os
import socket
from contextlib import ExitStack, contextmanager
from http.client import HTTPException
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

import click

from crawler.demo.errors import DemoError

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    from crawler.catalogue import find_source
    from crawler.collection import collect
    from crawler.signals import exit_on_signals
    from indexer.index import Index
    from indexer.progress import progress

    exit_on_signals()
    with _serve_site(site_port) as address:
        _check_port(index_path, port)
        click.echo(f"the demo site is at {address}/")
        with Index.open(index_path) as index, progress() as report:
            source = find_source(index_path, "demo")
            result = collect(index, source, report, seeds=[f"{address}/"])
        if result is None:
            raise DemoError("the demo site could not be crawled: the lines above say why")
        click.echo(f"demo: {result}")
        click.echo("the search page, until Ctrl-C:")
        (serve,) = entry_points(group="xiaosou.commands", name="serve")
        options = [] if port is None else ["--port", str(port)]
        serve.load().main(["--index", str(index_path), *options], standalone_mode=False)


def _check_port(index_path: Path, port: int | None) -> None:
    """Let the demo begin when the search page has a port to be served at in the end.

    Raises:
        DemoError: The port is taken.
    """
    from indexer.settings import Settings

    settings = Settings.load(index_path, port=port)
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        socket.create_server((settings.host, settings.port), family=family).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise DemoError(
                f"the search page cannot be served, another program has port {settings.port}: "
                "end that first, or choose another port with --port"
            ) from error


@contextmanager
def _serve_site(port: int) -> Iterator[str]:
    """Serve the demo site; the address it is at.

    Raises:
        DemoError: The port is taken.
    """
    from crawler.demo.site import serve_site

    with ExitStack() as stack:
        try:
            address = stack.enter_context(serve_site(port=port))
        except DemoError as error:
            if not isinstance(error.__cause__, OSError):
                raise
            holder = "another xiaosou demo" if _is_ours(port) else "another program"
            raise DemoError(
                f"the demo site cannot be served, {holder} has port {port}: end that first, "
                "or choose another port with --site-port"
            ) from error
        yield address


def _is_ours(port: int) -> bool:
    """Whether what listens on a port answers as the demo site does."""
    from crawler.demo.articles import load_articles
    from crawler.demo.pages import create_app

    own = create_app(load_articles()).test_client().get("/").data
    try:
        with urlopen(f"http://127.0.0.1:{port}/", timeout=3) as response:
            return bool(response.read(len(own) + 1) == own)
    except (OSError, HTTPException):
        return False
