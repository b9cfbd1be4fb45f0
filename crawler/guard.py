"""The guard: no answer of a server may lead the crawler to what is not on the public Internet.

Names, redirects and odd spellings of an address all end in one place, the resolver that gives an
endpoint the addresses to connect to: what it does not pass on cannot be connected to, whatever a
name server answers the next time. The download handler checks the rest of a request, and holds the
head of an answer to a size, since Scrapy limits only its body.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.exceptions import CannotResolveHostError, DownloadFailedError
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer

from crawler.failure import OutOfBoundsError, RefusalError
from crawler.limits import CONCURRENCY, LONGEST_HEAD
from crawler.url import host_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.base import ReactorBase
    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IAddress, IHostResolution
    from twisted.web._newclient import Request as TxRequest
    from twisted.web.iweb import IResponse

PRIVATE_HOSTS = "GUARD_PRIVATE_HOSTS"
"""The Scrapy setting with the hosts whose addresses may be private, as URLs spell them."""

PORTS = "GUARD_PORTS"
"""The Scrapy setting with the hosts, as `host_of` spells them, whose ports
may be connected to besides 80 and 443."""

INTERNET = "GUARD_INTERNET"
"""The Scrapy setting that says whether anything but loopback may be connected to."""

_LONG_HEAD = f"headers longer than {LONGEST_HEAD >> 10} kB"
_PORTS = {"http": 80, "https": 443}
_UNICAST = IPv6Network("2000::/3")  # all that is assigned for use on the Internet
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
# Special by the registries of IANA, and not, or in part only, by those of some Python versions.
_SPECIAL_4 = IPv4Network("192.0.0.0/24")  # RFC 6890: protocol assignments
_SPECIAL_6 = (IPv6Network("2001::/23"), IPv6Network("3fff::/20"))  # and RFC 9637: documentation


class ForbiddenTargetError(OutOfBoundsError):
    """The request would go where the crawler must not go."""


class LongHeadError(RefusalError):
    """The status line and headers of an answer are longer than `crawler.limits.LONGEST_HEAD`."""


def is_public(address: str) -> bool:
    """Whether an address can belong to a server on the public Internet.

    Private, loopback, link-local, multicast, documentation and reserved addresses cannot, nor can
    an IPv6 address that stands for such an IPv4 address (mapped, 6to4, NAT64).

    Args:
        address: An IPv4 or IPv6 address as the system spells it, perhaps with a zone.
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return _is_public_4(parsed) if isinstance(parsed, IPv4Address) else _is_public_6(parsed)


def is_loopback(address: str) -> bool:
    """Whether an address is this machine's own."""
    try:
        return ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _is_public_4(address: IPv4Address) -> bool:
    return (
        address.is_global
        and not (address.is_multicast or address.is_reserved)
        and address not in _SPECIAL_4
    )


def _is_public_6(address: IPv6Address) -> bool:
    if address.ipv4_mapped:
        return _is_public_4(address.ipv4_mapped)
    if address in _NAT64:
        return _is_public_4(IPv4Address(int(address) & 0xFFFF_FFFF))
    if address.sixtofour:
        return _is_public_4(address.sixtofour)
    if any(address in network for network in _SPECIAL_6):
        return False
    return address.is_global and address in _UNICAST


@implementer(IHostnameResolver)
class GuardedResolver:
    """Resolves names as the system does, and passes on only addresses that may be connected to.

    Twisted asks it for every connection, also when the host is an address already. Nothing is
    kept, so that each connection goes to an address that was checked for it.

    Attributes:
        refused: The hosts that had only addresses we do not connect to, when last asked for.

    Args:
        reactor: Twisted's reactor, with the system's resolver.
        private_hosts: The hosts whose addresses may be private.
        internet: Whether anything but loopback may be connected to.
    """

    def __init__(self, reactor: Any, private_hosts: Sequence[str], *, internet: bool) -> None:
        self.refused: set[str] = set()
        self._reactor = reactor
        self._system: Any = reactor.nameResolver  # mypy cannot read zope's interfaces
        self._private_hosts = frozenset(private_hosts)
        self._internet = internet

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        """Made by Scrapy."""
        settings = crawler.settings
        return cls(reactor, settings.getlist(PRIVATE_HOSTS), internet=settings.getbool(INTERNET))

    def install_on_reactor(self) -> None:
        """Let everything be resolved by this."""
        self._reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802 - Twisted's name
        self, receiver: Any, host: str, *arguments: Any, **named: Any
    ) -> IHostResolution:
        """Resolve a name, leaving out what must not be connected to."""
        self.refused.discard(host)
        checked = _CheckedAddresses(receiver, host, self.refused, self._may_connect)
        resolution: IHostResolution = self._system.resolveHostName(
            checked, host, *arguments, **named
        )
        return resolution

    def _may_connect(self, host: str, address: str) -> bool:
        if host in self._private_hosts:
            return self._internet or is_loopback(address)
        return self._internet and is_public(address)


@implementer(IResolutionReceiver)
class _CheckedAddresses:
    """Passes on the addresses we connect to, and notes the host when it had others only."""

    def __init__(
        self,
        receiver: Any,
        host: str,
        refused: set[str],
        may_connect: Callable[[str, str], bool],
    ) -> None:
        self._receiver = receiver
        self._may_connect = may_connect
        self._host = host
        self._refused = refused
        self._passed = self._held_back = False

    def resolutionBegan(self, resolution: IHostResolution) -> None:  # noqa: N802
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: IAddress) -> None:  # noqa: N802
        if self._may_connect(self._host, getattr(address, "host", "")):
            self._passed = True
            self._receiver.addressResolved(address)
        else:
            self._held_back = True

    def resolutionComplete(self) -> None:  # noqa: N802
        if self._held_back and not self._passed:
            self._refused.add(self._host)
        self._receiver.resolutionComplete()


class GuardedHandler(HTTP11DownloadHandler):
    """Downloads by http and https, from where the source may go.

    Every request comes through here last, also those for robots.txt and those after a redirect.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._ports = frozenset(crawler.settings.getlist(PORTS))
        internet = crawler.settings.getbool(INTERNET)
        self._why = (
            "has a private address" if internet else "is not this machine, without a contact"
        )
        self._pool._factory = _BoundedFactory
        # Scrapy can have more requests to a host under way than it says.
        self._pool.maxPersistentPerHost = CONCURRENCY

    async def download_request(self, request: Request) -> Response:
        """Make a request.

        Raises:
            ForbiddenTargetError: It goes to a scheme or port that is none of the web's or the
                source's, or to a private address.
            LongHeadError: The answer's headers have no end.
        """
        host = self._check(request.url)
        try:
            return await super().download_request(request)
        except CannotResolveHostError as error:
            from twisted.internet import reactor

            resolver = reactor.nameResolver
            if host in resolver.refused:
                raise ForbiddenTargetError(f"{host} {self._why}") from error
            raise
        except DownloadFailedError as error:
            failures = getattr(error.__cause__, "reasons", ())
            if any(failure.check(LongHeadError) for failure in failures):
                raise LongHeadError(_LONG_HEAD) from error
            raise

    def _check(self, url: str) -> str:
        """The host of a URL that may be asked for."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise ForbiddenTargetError("no web address") from None
        if parts.scheme not in _PORTS or not host:
            raise ForbiddenTargetError(f"{parts.scheme}: is no scheme of the web")
        if port not in {None, *_PORTS.values()} and host_of(url) not in self._ports:
            raise ForbiddenTargetError(f"port {port} is none of the web's or the source's")
        return host


class _BoundedParser(_LenientHTTPClientParser):
    """Gives up when the head of an answer grows too long."""

    _head = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802
        self._head += len(line) + 1
        if self._head > LONGEST_HEAD:
            raise LongHeadError(_LONG_HEAD)
        super().lineReceived(line)


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    def request(self, request: TxRequest) -> Deferred[IResponse]:
        answer = super().request(request)
        if self._parser is not None:
            # As Scrapy does: Twisted has its own class in the midst of this method.
            self._parser.__class__ = _BoundedParser
        return answer


class _BoundedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, _address: IAddress | None) -> _BoundedProtocol:  # noqa: N802
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
