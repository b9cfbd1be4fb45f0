"""Web archives in and out."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive import read_archive
from indexer import warc
from indexer.article import Article
from indexer.store import Copy, Store
from indexer.warc import WarcError
from tests.crawler.conftest import article_html, list_html

if TYPE_CHECKING:
    from tests.crawler.conftest import Collection

ROOT = "https://jokes.example/"
TIME = datetime(2026, 3, 1, 12, 30, 15, tzinfo=UTC)
HTML = "text/html; charset=utf-8"
GOOD = article_html("健忘的病人")


class Writer:
    """Writes a web archive as other programs do."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("wb")
        self._writer = WARCWriter(self._file, gzip=path.suffix == ".gz")

    def add(
        self, name: str, content: str | bytes, *, status: str = "200 OK", **headers: str
    ) -> None:
        """Add a response; its URL is the name below the root."""
        body = content.encode() if isinstance(content, str) else content
        named = {"Content-Type": HTML, **{k.replace("_", "-"): v for k, v in headers.items()}}
        http = StatusAndHeaders(status, list(named.items()), protocol="HTTP/1.1")
        date = {"WARC-Date": "2026-03-01T12:30:15Z"}
        self._writer.write_record(
            self._writer.create_warc_record(
                ROOT + name,
                "response",
                payload=BytesIO(body),
                length=len(body),
                http_headers=http,
                warc_headers_dict=date,
            )
        )

    def add_resource(self, name: str, content: str) -> None:
        """Add a resource, which has no headers of HTTP."""
        body = content.encode()
        record = self._writer.create_warc_record(
            ROOT + name,
            "resource",
            payload=BytesIO(body),
            length=len(body),
            warc_content_type=HTML,
        )
        self._writer.write_record(record)

    def close(self) -> None:
        """Write no more."""
        self._file.close()

    def read(self) -> tuple[list[Article], list[Copy], list[str]]:
        """What is read of it: articles, copies and problems."""
        self.close()
        copies: list[Copy] = []
        problems: list[str] = []
        articles = list(read_archive(self.path, copies.extend, problems.append))
        return articles, copies, problems


@pytest.fixture(params=["a.warc", "a.warc.gz"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Writer:
    return Writer(tmp_path / request.param)


def test_articles_and_their_pages_are_read(archive: Writer) -> None:
    archive.add("a/1.html", GOOD)
    archive.add_resource("a/2.html", article_html("另一个病人"))
    archive.add("a/3.html", GOOD.encode("gbk"), Content_Type="text/html;charset=GBK")
    articles, copies, problems = archive.read()
    assert problems == []
    assert [(article.url, article.title) for article in articles] == [
        (f"{ROOT}a/1.html", "健忘的病人"),
        (f"{ROOT}a/2.html", "另一个病人"),
        (f"{ROOT}a/3.html", "健忘的病人"),
    ]
    assert copies[0] == Copy(f"{ROOT}a/1.html", GOOD.encode(), "utf-8", TIME)
    assert copies[2] == Copy(f"{ROOT}a/3.html", GOOD.encode("gbk"), "GBK", TIME)


def test_a_content_encoding_is_taken_off(archive: Writer) -> None:
    archive.add("a/1.html", gzip.compress(GOOD.encode()), Content_Encoding="gzip")
    articles, copies, _ = archive.read()
    assert len(articles) == 1
    assert copies[0].content == GOOD.encode()


def test_what_is_no_page_is_passed_over(archive: Writer) -> None:
    archive.add("missing", GOOD, status="404 Not Found")
    archive.add("picture", GOOD, Content_Type="image/png")
    archive.add("", list_html(f"a/{number}.html" for number in range(9)))
    archive.add("bomb", gzip.compress(bytes(9 << 20)), Content_Encoding="gzip")
    archive.add("deep", "<b " + "a=1 " * 99_999 + ">")
    archive.add("a/1.html", GOOD)
    articles, copies, problems = archive.read()
    assert [article.url for article in articles] == [f"{ROOT}a/1.html"]
    assert [copy.url for copy in copies] == [f"{ROOT}a/1.html"]
    assert len(problems) == 3
    assert problems[-1] == f"{archive.path}: 1 pages without an article of their own skipped"


def test_a_page_that_does_not_want_to_be_kept_is_not(archive: Writer) -> None:
    archive.add("a/1.html", GOOD, X_Robots_Tag="noarchive")
    archive.add("a/2.html", article_html("另一个", head='<meta name="robots" content="noarchive">'))
    articles, copies, _ = archive.read()
    assert len(articles) == 2
    assert copies == []


def test_an_article_on_several_pages_is_joined_whatever_their_order(archive: Writer) -> None:
    second = article_html("健忘的病人", "后来他们都笑了，医生笑得最久。")
    archive.add("a/7_2.html", second.replace("</article>", '<a href="7.html">上一页</a></article>'))
    archive.add("a/7.html", GOOD.replace("</article>", '<a href="7_2.html">下一页</a></article>'))
    (article,), copies, _ = archive.read()
    assert article.url == f"{ROOT}a/7.html"
    assert "医生笑得最久" in article.body
    assert [copy.url for copy in copies] == [f"{ROOT}a/7.html", f"{ROOT}a/7_2.html"]


def test_of_several_captures_the_last_counts(archive: Writer) -> None:
    archive.add("a/1.html", article_html("以前"))
    archive.add("a/1.html", GOOD)
    (article,), _, _ = archive.read()
    assert article.title == "健忘的病人"


def test_a_file_that_breaks_off_gives_what_is_whole(archive: Writer) -> None:
    archive.add("a/1.html", GOOD)
    archive.add("a/2.html", article_html("另一个病人", "他们都笑了，只有医生没有笑。" * 300))
    archive.close()
    whole = archive.path.read_bytes()
    archive.path.write_bytes(whole[:-100])
    articles, copies, problems = archive.read()
    assert [article.url for article in articles] == [f"{ROOT}a/1.html"]
    assert len(copies) == 1
    assert len(problems) == 1
    assert "breaks off" in problems[0]


@pytest.mark.parametrize(
    "content", [b"", b"no archive at all", gzip.compress(b"nor this", mtime=0)]
)
def test_what_is_no_archive_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(content)
    with pytest.raises(WarcError, match="no WARC file"):
        list(read_archive(path, lambda _: None, lambda _: None))
    with pytest.raises(WarcError, match="cannot be read"):
        list(read_archive(tmp_path / "missing.warc", lambda _: None, lambda _: None))


def test_what_is_exported_comes_back(tmp_path: Path) -> None:
    copies = [
        Copy(f"{ROOT}a/{number}.html", f"{GOOD}<!-- {number} -->".encode("gbk"), charset, TIME)
        for number, charset in enumerate(["", "gbk", "x-unknown"])
    ]
    path = tmp_path / "out.warc.gz"
    assert warc.write(copies, path) == 3
    found: list[Copy] = []
    assert len(list(read_archive(path, found.extend, lambda _: None))) == 3
    assert found == copies


def test_a_file_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(WarcError, match="cannot be written"):
        warc.write([], tmp_path / "missing" / "out.warc")


def test_commands_import_and_export_archives(tmp_path: Path, collection: Collection) -> None:
    archive = Writer(tmp_path / "in.warc.gz")
    archive.add("a/1.html", GOOD)
    archive.add("a/2.html", article_html("不留底", head='<meta name="robots" content="noarchive">'))
    archive.close()
    done = collection.run("import", str(archive.path))
    assert (done.returncode, done.stderr) == (0, "")
    out = tmp_path / "out.warc.gz"
    exported = collection.run("export", str(out))
    assert (exported.returncode, exported.stderr) == (0, "1 pages exported\n")
    with collection.store() as store, Store.open(tmp_path / "other.db") as other:
        other.put(list(read_archive(out, other.keep, pytest.fail)))
        assert other.get(f"{ROOT}a/1.html") == store.get(f"{ROOT}a/1.html")
        assert store.count() == 2
