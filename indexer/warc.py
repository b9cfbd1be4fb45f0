"""Pages as WARC files (ISO 28500), the format of web archives."""

from __future__ import annotations

import re
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from indexer.durable import replacing
from indexer.errors import XiaosouError
from indexer.progress import Report, silent
from indexer.store import Copy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_HTML = ("text/html", "application/xhtml+xml")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_BLOCK = 1 << 16
_REPORT_EVERY = 100


class WarcError(XiaosouError):
    """A WARC file cannot be read or written."""


@dataclass(frozen=True, slots=True)
class Record:
    """A page in a WARC file.

    Attributes:
        copy: The page.
        robots: The values of the header X-Robots-Tag it came with.
    """

    copy: Copy
    robots: tuple[str, ...]


def find_pages(path: Path) -> Iterator[tuple[str, int]]:
    """The HTML pages in a WARC file: their URLs, and at which byte of the file their records begin.

    Args:
        path: The file, perhaps with each of its records compressed by gzip.

    Raises:
        WarcError: The file cannot be read or is none of WARC.
    """
    with _reporting(path), path.open("rb") as file:
        records = ArchiveIterator(file)
        record = None
        for record in records:
            if _is_page(record):
                yield record.rec_headers.get_header("WARC-Target-URI"), records.get_record_offset()
        if record is None:
            raise ArchiveLoadFailed("it is empty")


def read_page(path: Path, offset: int, longest: int) -> Record | None:
    """Read the page whose record begins at a byte of the file.

    Args:
        path: The file.
        offset: Where the record begins.
        longest: How many bytes the page may have, when decompressed.

    Returns:
        The page; None when it is longer or does not say when it came.

    Raises:
        WarcError: The record cannot be read, or breaks off.
    """
    with _reporting(path), path.open("rb") as file:
        file.seek(offset)
        record = next(iter(ArchiveIterator(file)), None)
        if record is None:
            raise ArchiveLoadFailed("it is shorter than it was")
        content, stream = bytearray(), record.content_stream()
        while len(content) <= longest and (block := stream.read(_BLOCK)):
            content += block
        if len(content) <= longest and record.raw_stream.limit > 0:
            raise EOFError("the last record is not whole")
        fetched_at = _time(record.rec_headers.get_header("WARC-Date") or "")
        if fetched_at is None or len(content) > longest:
            return None
        charset = _CHARSET.search(_type_of(record))
        copy = Copy(
            record.rec_headers.get_header("WARC-Target-URI"),
            bytes(content),
            charset[1] if charset else "",
            fetched_at,
        )
        http = record.http_headers.headers if record.http_headers else []
        robots = tuple(value for name, value in http if name.lower() == "x-robots-tag")
    return Record(copy, robots)


def write(copies: Iterable[Copy], path: Path, report: Report = silent) -> int:
    """Write pages as responses, all or none.

    Args:
        copies: The pages.
        path: Where to; when its name ends in ``.gz``, each record is compressed.
        report: Told how many pages are written.

    Returns:
        How many pages were written.

    Raises:
        WarcError: The file cannot be written.
    """
    written = 0
    try:
        with replacing(path) as file:
            writer = WARCWriter(file, gzip=path.suffix.lower() == ".gz")
            about = {"software": "xiaosou", "format": "WARC File Format 1.0"}
            writer.write_record(writer.create_warcinfo_record(path.name, about))
            for copy in copies:
                writer.write_record(_record_of(writer, copy))
                written += 1
                if written % _REPORT_EVERY == 0:
                    report("write", written, None)
    except OSError as error:
        raise WarcError(f"{path} cannot be written: {error.strerror}") from None
    report("write", written, None)
    return written


def _record_of(writer: Any, copy: Copy) -> Any:
    charset = f"; charset={copy.charset}" if copy.charset else ""
    # As it would have come without a content encoding.
    headers = [
        ("Content-Type", f"text/html{charset}"),
        ("Content-Length", str(len(copy.content))),
    ]
    return writer.create_warc_record(
        copy.url,
        "response",
        payload=BytesIO(copy.content),
        length=len(copy.content),
        http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
        warc_headers_dict={"WARC-Date": f"{copy.fetched_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"},
    )


def _is_page(record: Any) -> bool:
    if not record.rec_headers.get_header("WARC-Target-URI"):
        return False
    if record.rec_type == "response":
        if record.http_headers is None or record.http_headers.get_statuscode() != "200":
            return False
    elif record.rec_type != "resource":
        return False
    return _type_of(record).lower().startswith(_HTML)


def _type_of(record: Any) -> str:
    headers = record.rec_headers if record.rec_type == "resource" else record.http_headers
    return (headers.get_header("Content-Type") or "").strip()


def _time(text: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


@contextmanager
def _reporting(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WarcError(f"{path} cannot be read: {error.strerror or error}") from None
    except (ArchiveLoadFailed, EOFError, zlib.error) as error:
        reason = " ".join(str(error).split())
        raise WarcError(f"{path} is no WARC file, or breaks off: {reason}") from None
