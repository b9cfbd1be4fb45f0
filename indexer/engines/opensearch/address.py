"""The address of a cluster: where it is, who asks, and the name of the index there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

from indexer.errors import SettingsError

SCHEMES = ("opensearch", "opensearchs")
"""What an address of a cluster begins with; the second means TLS."""

FORM = "opensearch://user:password@host:9200,another:9200/name"
"""What an address looks like; all but a host may be left out."""

_PORT = 9200
_NAME = "xiaosou"
_HOST = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?::(?P<port>\d{1,5}))?")
_INDEX_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
_SHARDS = 1024


@dataclass(frozen=True, slots=True)
class Address:
    """The address of an index on a cluster.

    Attributes:
        hosts: Names and ports of nodes; any of them is asked.
        name: The name of the index: an alias, which stands for the live generation.
        secure: Whether nodes are asked by TLS and must have a certificate that is trusted.
        authority: A file of the certificates of those who are trusted; empty for the usual ones.
        user: Who asks; empty for nobody.
        password: The user's password.
        shards: The shards of new generations.
    """

    hosts: tuple[tuple[str, int], ...]
    name: str = _NAME
    secure: bool = False
    authority: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    shards: int = 1

    def __str__(self) -> str:
        """The address without user and password."""
        hosts = ",".join(f"{host}:{port}" for host, port in self.hosts)
        return f"{SCHEMES[self.secure]}://{hosts}/{self.name}"


def parse_address(text: str) -> Address:
    """Read an address such as `FORM`.

    Behind a question mark may stand ``shards=6``, and ``authority=/path/of/certificates.pem``.

    Raises:
        SettingsError: It is none. The message says why, and never the password.
    """
    scheme, _, rest = text.partition("://")
    if scheme not in SCHEMES:
        raise _mistake(f"it begins with {' or '.join(f'{name}://' for name in SCHEMES)}")
    place, _, options = rest.partition("?")
    credentials, _, place = place.rpartition("@")
    hosts, _, name = place.partition("/")
    user, _, password = credentials.partition(":")
    return Address(
        hosts=tuple(map(_host, hosts.split(","))),
        name=_index_name(name or _NAME),
        secure=scheme == SCHEMES[1],
        user=unquote(user),
        password=unquote(password),
        **_options(options),
    )


def _host(text: str) -> tuple[str, int]:
    found = _HOST.fullmatch(text)
    if not found:
        raise _mistake("a host is a name, with a colon and a port or without")
    port = int(found["port"] or _PORT)
    if not 0 < port < 65536:
        raise _mistake(f"{port} is no port")
    return found["host"], port


def _index_name(text: str) -> str:
    if not _INDEX_NAME.fullmatch(text):
        raise _mistake("the index's name has small letters a-z, digits, - and _ only, 100 at most")
    return text


def _options(text: str) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for key, value in parse_qsl(text, keep_blank_values=True):
        if key == "shards" and value.isdecimal() and 0 < int(value) <= _SHARDS:
            options[key] = int(value)
        elif key == "authority" and value:
            options[key] = value
        else:
            raise _mistake(f"behind ? stand shards=1 to {_SHARDS} and authority=file, or nothing")
    return options


def _mistake(reason: str) -> SettingsError:
    return SettingsError(f"this is no address of a cluster ({reason}): it looks like {FORM}")
