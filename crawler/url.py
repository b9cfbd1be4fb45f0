"""Web addresses in one spelling, so that a page has one name."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url, safe_url_string

REMEMBERED = 1 << 14
"""How many addresses are remembered: most links of a page are those of the page before."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_LONGEST = 2048  # what an article's identity may have
# Parameters of advertisers, of newsletters, of counters, and sessions.
_TRACKING = re.compile(
    r"(utm_\w+|[a-z]{0,3}clid|g?braid|wbraid|gclsrc|igshid|mc_[ce]id|mkt_tok|_hsenc|_hsmi|_g[al]"
    r"|hm[a-z]{2}|spm|scm|share_token|msclkid|vero_id|ref_src"
    r"|phpsessid|jsessionid|aspsessionid\w*|cfid|cftoken)(=|$)",
    re.IGNORECASE,
)
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")


def normalize_url(url: str, base: str = "") -> str | None:
    """Spell a web address as every other spelling of it is spelt.

    Scheme and host in lower case, the host in its ASCII form, no default port, no fragment, dot
    segments resolved, escapes only where needed and in upper case (RFC 3986, section 6.2).
    Parameters in the order of their names, those of one name as they were; without those that only
    tell a site where its visitors come from, or who they are.

    Args:
        url: The address.
        base: The address of the page it is found on, where it may be a relative one.

    Returns:
        The address, or None when it is not one of http or https that can be crawled: no host, a
        user's name in it, or longer than 2,048 characters.
    """
    try:
        return _normalize(urljoin(base, url))
    except ValueError:
        return None


@lru_cache(maxsize=REMEMBERED)
def _normalize(url: str) -> str | None:
    """Normalise an absolute address.

    Raises:
        ValueError: It is none.
    """
    parts = urlsplit(safe_url_string(url))
    port = parts.port
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    if port == _DEFAULT_PORTS[parts.scheme]:
        parts = parts._replace(netloc=parts.netloc.rpartition(":")[0])
    bare = canonicalize_url(urlunsplit(parts._replace(query="", fragment="")))
    bare = _SESSION.sub("", safe_url_string(bare))  # as it will be sent: the two escape differently
    query = _ESCAPE.sub(lambda escape: escape[0].upper(), _sort(parts.query))
    normal = f"{bare}?{query}" if query else bare
    return normal if len(normal) <= _LONGEST else None


def _sort(query: str) -> str:
    parameters = [parameter for parameter in query.split("&") if parameter]
    kept = [parameter for parameter in parameters if not _TRACKING.match(parameter)]
    return "&".join(sorted(kept, key=lambda parameter: parameter.partition("=")[0]))


def host_of(url: str) -> str:
    """The host of a normalised address, with its port unless that is the default one.

    A leading ``www.`` is left out: a site moves between the two at will.
    """
    return urlsplit(url).netloc.removeprefix("www.")
