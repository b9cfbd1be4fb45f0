"""The shell's commands ``serve``, ``password`` and ``key``."""

from __future__ import annotations

import logging
import signal
import socket
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from indexer.cli import index_option, open_existing
from indexer.errors import XiaosouError
from indexer.settings import Settings

if TYPE_CHECKING:
    from indexer.index import Index
    from web.accepting import Shares
    from web.querylog import QueryLog

THREADS = 4
"""How many requests a process answers at once; more only make it change between them."""

_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - listened on only when the person asks for it


@click.command()
@click.option("--host", show_default=Settings().host, help="The address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    show_default=str(Settings().port),
    help="The port to listen on; 0 for any that is free.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="How many processes answer; one for each processor is enough.",
)
@index_option
def serve(index_path: Path, host: str | None, port: int | None, workers: int) -> None:
    """Serve the search page until it is interrupted."""
    from web.access import Access
    from web.heap import share_heap
    from web.workers import supervise

    share_heap()
    settings = Settings.load(index_path, host=host, port=port)
    with open_existing(index_path) as index, _listen(settings.host, settings.port) as listening:
        password = Access(index.store).first_password()
        _end_when_told()
        if password:
            click.echo(f"password of the status page, shown only now: {password}", err=True)
        click.echo(_address(listening))
        if workers == 1:
            _serve(index, listening)
        else:
            supervise(index_path, listening, workers)


def work(index_path: Path, listening: socket.socket, shares: Shares) -> None:
    """Serve a collection as one of several workers, until the process is told to end.

    Args:
        index_path: The folder of the collection.
        listening: The socket that all workers listen on.
        shares: What each of them has.

    Raises:
        XiaosouError: The collection cannot be opened.
    """
    _end_when_told()
    with open_existing(index_path) as index:
        _serve(index, listening, shares)


def _serve(index: Index, listening: socket.socket, shares: Shares | None = None) -> None:
    from web import create_app
    from web.accepting import FairServer
    from web.connections import IDLE, make_room
    from web.intake import MAX_HEADER, channel_class
    from web.keys import Keys

    # Otherwise every request that waits a moment for a thread is a warning.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    with _query_log(index) as log:
        server = FairServer(
            create_app(index, log),
            listening,
            shares,
            threads=THREADS,
            max_request_header_size=MAX_HEADER,
            connection_limit=make_room(),
            channel_timeout=IDLE,
            cleanup_interval=IDLE // 2,
            asyncore_use_poll=True,  # select() knows no more than 1,024 files
            server_name="localhost",  # for requests that name no host
            ident=None,
        )
        server.channel_class = channel_class(Keys(index.store))
        server.run()


def _end_when_told() -> None:
    signal.signal(signal.SIGINT, _end)
    signal.signal(signal.SIGTERM, _end)


@click.command()
@index_option
def password(index_path: Path) -> None:
    """Make a new password for the status page and print it; the one before ends."""
    from web.access import Access

    with open_existing(index_path) as index:
        click.echo(Access(index.store).new_password())


@click.group()
def key() -> None:
    """Make, list and revoke the keys of programs that use the API."""


@key.command("add")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(("read", "write", "crawl")),
    multiple=True,
    default=("read",),
    show_default=True,
    help="Read exports and sees crawls, write adds and deletes, crawl edits sources and begins and "
    "ends their crawls; repeat it for several.",
)
@index_option
def add_key(name: str, scopes: tuple[str, ...], index_path: Path) -> None:
    """Make a key and print it; only its hash is kept."""
    from web.keys import Keys

    with open_existing(index_path) as index:
        secret = Keys(index.store).add(name, set(scopes))
    click.echo(secret)
    click.echo("keep it: it cannot be shown again", err=True)


@key.command("list")
@index_option
def list_keys(index_path: Path) -> None:
    """Show the names of the keys and what they are for."""
    from web.keys import Keys

    with open_existing(index_path) as index:
        for known in Keys(index.store).list():
            scopes = ",".join(sorted(known.scopes))
            click.echo(f"{known.name}  {scopes}  {known.created_at:%Y-%m-%d}")


@key.command("revoke")
@click.argument("name")
@index_option
def revoke_key(name: str, index_path: Path) -> None:
    """Make a key worthless from now on."""
    from web.keys import Keys

    with open_existing(index_path) as index:
        Keys(index.store).revoke(name)


def _query_log(index: Index) -> AbstractContextManager[QueryLog | None]:
    from web.querylog import QueryLog

    days = index.settings.query_days
    return QueryLog(index.store, days) if days else nullcontext()


def _end(_signal: int, _frame: object) -> None:
    # Told again, as by a terminal and by make at once, it is ending already.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(0)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        reason = str(error.strerror).partition(" (")[0]  # without the address, said already
        raise XiaosouError(
            f"cannot listen on {host} port {port} ({reason}): choose another with --port or --host"
        ) from None


def _address(listening: socket.socket) -> str:
    """The address of the page for a browser on this machine."""
    host, port = listening.getsockname()[:2]
    if host in _EVERYWHERE:
        host = "localhost"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
