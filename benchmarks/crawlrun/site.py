"""A site made from a corpus, in a process of its own: ``python -m crawlrun.site CORPUS COUNT``."""

from __future__ import annotations

import sys
import zlib
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from harness.corpus import load_corpus

_LISTED = 20  # articles on a list page


class _Handler(BaseHTTPRequestHandler):
    """Answers from memory, with validators."""

    protocol_version = "HTTP/1.1"
    pages: dict[str, tuple[bytes, str]]

    def do_GET(self) -> None:
        """Answer with a page, or that it is as it was."""
        body, etag = self.pages.get(self.path, (b"", ""))
        status = 200 if etag else 404
        if etag and self.headers.get("If-None-Match") == etag:
            body, status = b"", 304
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if etag:
            self.send_header("ETag", etag)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def make_pages(texts: list[tuple[str, str]]) -> dict[str, str]:
    """The pages of a site, by path: lists of articles, each list linked to the next.

    Args:
        texts: Title and body of the articles.
    """
    pages = {}
    for number, (title, body) in enumerate(texts):
        paragraphs = "".join(f"<p>{escape(line)}</p>" for line in body.splitlines() if line.strip())
        pages[f"/a/{number}.html"] = (
            f"<!doctype html><html><head><title>{escape(title)}</title></head><body>"
            f'<nav><a href="/">home</a></nav><article><h1>{escape(title)}</h1>{paragraphs}'
            f'</article><a href="/a/{(number + 1) % len(texts)}.html">next</a></body></html>'
        )
    for start in range(0, len(texts), _LISTED):
        links = [f"/a/{number}.html" for number in range(start, min(start + _LISTED, len(texts)))]
        links += [f"/?from={start + _LISTED}"] * (start + _LISTED < len(texts))
        items = "".join(f'<li><a href="{link}">{link}</a></li>' for link in links)
        path = f"/?from={start}" if start else "/"
        pages[path] = f"<!doctype html><html><body><ul>{items}</ul></body></html>"
    return pages


def main() -> None:
    """Serve the site until killed; the first line of output is its port."""
    corpus, count = Path(sys.argv[1]), int(sys.argv[2])
    articles = load_corpus(corpus).articles[:count]
    pages = make_pages([(article.title, article.body) for article in articles])
    encoded = {path: text.encode() for path, text in pages.items()}
    _Handler.pages = {path: (body, f'"{zlib.crc32(body)}"') for path, body in encoded.items()}
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
