"""The demo site on a real HTTP server."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from threading import Thread
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from crawler.demo.articles import load_articles
from crawler.demo.errors import DemoError
from crawler.demo.pages import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)


@contextmanager
def serve_site(host: str = "127.0.0.1", port: int = 8091) -> Iterator[str]:
    """Serve the demo site from a thread for as long as the context lasts.

    Args:
        host: The address to listen on.
        port: The port to listen on; 0 takes a free one.

    Yields:
        The site's base URL without a slash at its end, such as ``http://127.0.0.1:8091``.

    Raises:
        DemoError: The address is taken or not this machine's, or an article file is malformed.
    """
    app = create_app(load_articles())
    try:
        server = make_server(host, port, app, _ThreadingServer, _LoggingHandler)
    except OSError as error:
        raise DemoError(
            f"cannot serve the demo site on {host}:{port}: {error.strerror}; give another port"
        ) from error
    with server:
        thread = Thread(target=server.serve_forever, args=(0.05,), name="demo site")
        thread.start()
        try:
            yield f"http://{host}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class _ThreadingServer(ThreadingMixIn, WSGIServer):
    """A thread a request, so that a browser's idle connection does not hold up a crawl."""

    daemon_threads = True


class _LoggingHandler(WSGIRequestHandler):
    """Leaves a line a request to `logging`, which is silent unless asked."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the parent's name)
        logger.debug(format, *args)
