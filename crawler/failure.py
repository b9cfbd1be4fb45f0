"""Why there was no answer, in words for people."""

from __future__ import annotations

from http import HTTPStatus

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from crawler.limits import LONGEST_BODY, LONGEST_WAIT

_REASONS: dict[type, str] = {
    IgnoreRequest: f"larger than {LONGEST_BODY >> 20} MB",  # when decompressed
    DownloadCancelledError: f"larger than {LONGEST_BODY >> 20} MB",
    DownloadTimeoutError: f"no answer in {LONGEST_WAIT} s",
    CannotResolveHostError: "the host is unknown",
    DownloadConnectionRefusedError: "the connection was refused",
    DownloadFailedError: "the connection broke",
    ResponseDataLossError: "the answer was cut off",
}


class RefusalError(IgnoreRequest):
    """We did not make a request, or did not take its answer; the text says why, short."""


class OutOfBoundsError(RefusalError):
    """The page is not for us, whenever it is asked for."""


class HeldError(RefusalError):
    """The host wants to be left alone."""


def explain_failure(error: BaseException | None) -> str:
    """Say in one line why a request has no answer."""
    if isinstance(error, RefusalError):
        return str(error)
    if isinstance(error, DownloadFailedError) and "certificate verify failed" in str(error):
        return "its certificate is not valid"
    return _REASONS.get(type(error)) or f"{type(error).__name__}: {error}".splitlines()[0]


def explain_status(status: int) -> str:
    """The HTTP status in words, such as ``HTTP 404 Not Found``."""
    try:
        return f"HTTP {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP {status}"
