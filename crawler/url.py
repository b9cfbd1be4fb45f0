"""Web addresses in one spelling, so that a page has one name."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url, safe_url_string

_DEFAULT_PORTS = {"http": 80, "https": 443}
_LONGEST = 2048  # what an article's identity may have
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")


def normalize_url(url: str, base: str = "") -> str | None:
    """Spell a web address as every other spelling of it is spelt.

    Scheme and host in lower case, the host in its ASCII form, no default port, no fragment, dot
    segments resolved, escapes only where needed and in upper case (RFC 3986, section 6.2). The
    query keeps its order, which may mean something to the server.

    Args:
        url: The address.
        base: The address of the page it is found on, where it may be a relative one.

    Returns:
        The address, or None when it is not one of http or https that can be crawled: no host, a
        user's name in it, or longer than 2,048 characters.
    """
    try:
        parts = urlsplit(safe_url_string(urljoin(base, url)))
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    if port == _DEFAULT_PORTS[parts.scheme]:
        parts = parts._replace(netloc=parts.netloc.rpartition(":")[0])
    try:
        bare = canonicalize_url(urlunsplit(parts._replace(query="", fragment="")))
        bare = safe_url_string(bare)  # as it will be sent: the two escape differently
    except ValueError:
        return None
    query = _ESCAPE.sub(lambda escape: escape[0].upper(), parts.query)
    normal = f"{bare}?{query}" if query else bare
    return normal if len(normal) <= _LONGEST else None


def host_of(url: str) -> str:
    """The host of a normalised address, with its port unless that is the default one.

    A leading ``www.`` is left out: a site moves between the two at will.
    """
    return urlsplit(url).netloc.removeprefix("www.")
