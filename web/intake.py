"""What the server takes in before the application sees it: requests of a bounded size.

waitress keeps a whole request, on the disk when it is large, before anybody looks at it. So nobody
may send much but those whose key lets them import.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import copy
from http import HTTPStatus

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.utilities import Error

from indexer.errors import StoreError
from web import MAX_BODY
from web.api.transfer import MAX_BYTES, PATH
from web.keys import WRITE, Keys
from web.sending import PromptChannel

MAX_HEADER = 1 << 20
"""How many bytes the headers of a request may have, and the query in its first line with them."""

_ADVICE = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Send less at once",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "Send a shorter address and fewer headers",
}
_BEARER = "bearer "


def channel_class(keys: Keys) -> type[HTTPChannel]:
    """The channels of a server that bounds what it takes in.

    Args:
        keys: Who may import.
    """

    def may_import(parser: HTTPRequestParser) -> bool:
        given = parser.headers.get("AUTHORIZATION", "")
        path = parser.path  # type: ignore[attr-defined]  # it is there, once the header was read
        if path != PATH or not given.lower().startswith(_BEARER):
            return False
        try:
            key = keys.find(given[len(_BEARER) :].strip())
        except StoreError:
            return False  # the application finds the same, and says so
        return key is not None and WRITE in key.scopes

    class Parser(_Parser):
        may_be_large = staticmethod(may_import)

    class Channel(PromptChannel):
        parser_class = Parser

    return Channel


class RefusedRequestError(Error):
    """A request that waitress itself refuses, answered as the application answers errors."""

    def __init__(self, error: Error) -> None:
        super().__init__("")
        status = HTTPStatus(error.code)
        self.code = status.value
        self.reason = status.phrase

    def to_response(  # type: ignore[override]
        self,
        ident: str | None = None,  # noqa: ARG002 - waitress names itself otherwise
    ) -> tuple[str, list[tuple[str, str]], bytes]:
        """Status, headers and body."""
        advice = _ADVICE.get(HTTPStatus(self.code), "The request could not be understood")
        problem = {"title": self.reason, "status": self.code, "detail": f"{advice}."}
        headers = [
            ("Content-Type", "application/problem+json"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return f"{self.code} {self.reason}", headers, json.dumps(problem).encode()


class _Parser(HTTPRequestParser):
    may_be_large: Callable[[HTTPRequestParser], bool]

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        large = self.content_length > MAX_BODY or self.chunked
        self.adj = _bounded(self.adj, large=large and self.may_be_large(self))
        # waitress would wait for a body to come after its 100 Continue.
        self.expect_continue = self.expect_continue and bool(self.content_length or self.chunked)

    def received(self, data: bytes) -> int:
        consumed = super().received(data)
        if self.error is not None and not isinstance(self.error, RefusedRequestError):
            self.error = RefusedRequestError(self.error)
        return consumed


def _bounded(adjustments: Adjustments, *, large: bool) -> Adjustments:
    bounded = copy(adjustments)
    # waitress refuses what reaches its bound.
    bounded.max_request_body_size = (MAX_BYTES if large else MAX_BODY) + 1
    return bounded
