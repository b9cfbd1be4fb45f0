"""Whatever a request has in it, it is answered, and never as a fault of ours."""

from __future__ import annotations

import gzip
import re
from urllib.parse import quote, quote_from_bytes

from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.routing import Map

from indexer.article import article_id
from tests.web.conftest import COLLECTOR, SAME_EXAMPLES

EXAMPLES = 300
LEAKS = re.compile(r"Traceback|File \"|site-packages|[Ww]erkzeug|waitress|SQLAlchemy|/tests/")
NAMES = (
    *("q", "page", "limit", "offset", "site", "language", "sort", "match", "facets", "hl", "age"),
    *("id", "from", "to", "order", "v", "password", "declaration", "basis"),
)
ODD = (
    *("", "\0", "a\r\nSet-Cookie: a=b", "../..", "%2e%2e", "-1", "9" * 30, "1e9", "NaN", "٣"),
    *(
        "(" * 50,
        '"a',
        "a*",
        "date:[",
        "age:<9999999w",
        "x~99",
        "x^1e400",
        "site:",
        "催收",
        "𝒳" * 50,
    ),
    *("<script>", "{0}", "%s", "zh", "newest", "all", "site,author", article_id(COLLECTOR.url)),
)
TYPES = (
    *("application/json", "application/x-ndjson", "application/x-www-form-urlencoded"),
    *("multipart/form-data", "multipart/form-data; boundary=a", "text/plain; charset=zzz", ""),
)
HEADERS = {
    "Accept-Language": ("", "zh", ";q=x", "en;q=nan"),
    "Accept-Encoding": ("", "gzip", "*;q=-1", "br"),
    "Authorization": ("Bearer x", "Bearer", "Basic !!!", "Digest a="),
    "Cookie": ("session=x; hl=../x", "session", "=;=", "hl=\x7f"),
    "Host": ("", "a b", "a:99999999", "[::1", "<script>.example", "笑.example"),
    "If-None-Match": ("*", 'W/"x"', '"'),
    "If-Modified-Since": ("Thu, 99 Foo 9999", "Thu, 01 Jan 1970 00:00:00 GMT"),
    "Origin": ("null", "http://[", "http://localhost"),
    "Range": ("bytes=0-", "bytes=9-1,-5", "bytes=999999-", "lines=1-2"),
}
values = st.sampled_from(ODD) | st.text(max_size=20) | st.binary(max_size=20)
bodies = (
    st.sampled_from(
        [b"", b"{", b"[" * 9999, b"null", b'{"url": 1}', b'{"url": "\\ud800"}', b"--a\r\n\r\nx"]
    )
    | st.binary(max_size=50)
    | st.text(max_size=50).map(str.encode)
)


def quoted(value: str | bytes) -> str:
    data = value if isinstance(value, bytes) else value.encode(errors="surrogatepass")
    return quote_from_bytes(data, safe="")


def paths(routes: Map) -> st.SearchStrategy[str]:
    """The addresses of our routes with anything in their slots, and others that are like them."""
    rules = sorted({rule.rule for rule in routes.iter_rules()})
    filled = st.builds(
        lambda rule, value: re.sub("<[^>]+>", lambda _: quoted(value), rule),
        st.sampled_from(rules),
        values,
    )
    return filled | st.builds(lambda path, value: path + quoted(value), filled, values)


queries = st.lists(st.tuples(st.sampled_from(NAMES), values), max_size=4).map(
    lambda pairs: "&".join(f"{quote(name)}={quoted(value)}" for name, value in pairs)
)
headers = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) for name, values in HEADERS.items()}
)


def test_it_is_answered(app: Flask, client: FlaskClient) -> None:
    @settings(SAME_EXAMPLES, max_examples=EXAMPLES)
    @given(
        method=st.sampled_from(["GET", "GET", "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "PATCH"])
        | st.sampled_from(["POST", "DELETE"]),
        path=paths(app.url_map),
        query=queries,
        headers=headers,
        body=bodies,
        content_type=st.sampled_from(TYPES),
    )
    def ask(
        method: str, path: str, query: str, headers: dict[str, str], body: bytes, content_type: str
    ) -> None:
        sent = body if method in ("POST", "PUT", "PATCH", "DELETE") else b""
        answer = client.open(
            f"{path}?{query}",
            method=method,
            headers=headers,
            data=sent,
            content_type=content_type,
            buffered=True,
        )
        assert answer.status_code < 500
        told = answer.get_data()
        if answer.content_encoding == "gzip" and told:
            told = gzip.decompress(told)
        assert not LEAKS.search(told.decode(errors="replace") + str(answer.headers))

    ask()


def test_slashes_are_not_put_right_by_leading_to_the_host_of_the_request(
    client: FlaskClient,
) -> None:
    answer = client.get("/article//evil.example", headers={"Host": "evil.example"})
    assert answer.status_code == 404
    assert "Location" not in answer.headers
