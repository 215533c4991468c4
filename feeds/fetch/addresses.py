"""Which addresses may be asked: the form that goes over the wire, its host, and what is of the open internet. Pure."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit

from feeds.markup import ascii_url

LONGEST_ADDRESS = 8_000  # characters; servers take no more, libcurl raises at 8 million
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")


@lru_cache(maxsize=20_000)  # the same addresses are asked every round
def wire_address(url: str) -> tuple[str, str]:
    """(the address as it is sent, its host in lower case); the host is "" when this is no http or https address.

    >>> wire_address("HTTP://Example.org/ա")
    ('http://Example.org/%D5%A1', 'example.org')
    """
    try:
        sent = ascii_url(url)
        parts = urlsplit(sent)
    except ValueError:  # half a character, half an IPv6 address
        return "", ""
    is_askable = parts.scheme in ("http", "https") and is_sendable(sent) and len(sent) <= LONGEST_ADDRESS
    return sent, (parts.hostname or "") if is_askable else ""


def shown(url: str) -> str:
    """An address of any kind as part of one line for a person."""
    return "".join(c if c.isprintable() else "�" for c in url[:500])


def is_sendable(text: str) -> bool:
    """Whether libcurl takes it: printable ASCII, so without NUL and line feeds."""
    return text.isascii() and text.isprintable()


def is_public(address: str) -> bool:
    """Whether an address is of the open internet; IPv4 inside IPv6 (mapped, 6to4, Teredo, NAT64) is looked into.

    >>> is_public("93.184.215.14"), is_public("::ffff:10.0.0.1"), is_public("169.254.169.254")
    (True, False, False)
    """
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inside = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
        inside += [ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)] if ip in _NAT64 or ip in _COMPATIBLE else []
        if any(part is not None and not is_public(str(part)) for part in inside):
            return False
        if ip.ipv4_mapped is not None:
            return True
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def any_address(_address: str) -> bool:
    return True


def is_literal(host: str) -> bool:
    """Whether a host is an IP address and no name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
