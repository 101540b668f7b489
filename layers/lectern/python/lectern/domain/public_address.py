"""Which addresses of the internet protocol are public: those that the LMS may be called at.

What is not public is this machine, its network, its provider's metadata, or nobody at all. The
ranges are those of IANA's registries of special-purpose addresses (RFC 6890), written down here
since what Python's ``is_global`` says of them differs between its versions. Of IPv6 only what is
given out for general use counts (2000::/3): forms that hold an IPv4 address, such as mapped,
NAT64 or 6to4, lead where that address leads, and nobody who is reachable needs them.
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address
from urllib.parse import urlsplit

_NOT_PUBLIC_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by a provider's customers (CGNAT)
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, and with it the metadata of AWS
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # of protocols
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_GENERAL_USE_V6 = IPv6Network("2000::/3")
_NOT_PUBLIC_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # of protocols, Teredo among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation
    )
)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet.

    ``is_public("8.8.8.8")`` is true; of ``"10.0.0.1"``, ``"::ffff:8.8.8.8"`` and what is no
    address at all it is not.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if parsed.version == 4:  # noqa: PLR2004 - the two versions that there are
        return not any(parsed in network for network in _NOT_PUBLIC_V4)
    return parsed in _GENERAL_USE_V6 and not any(parsed in network for network in _NOT_PUBLIC_V6)


def is_loopback(address: str) -> bool:
    """Whether an IP address is that of the machine itself."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def may_be_called(address: str, *, is_local: bool) -> bool:
    """Whether the LMS may be called at an IP address.

    Args:
        address: The address that a connection would be made to.
        is_local: Whether this is the local cloud, which also calls its own machine.
    """
    return is_public(address) or (is_local and is_loopback(address))


def fault_of_callback(url: str, *, is_local: bool) -> str | None:
    """Finds the fault of an address that the LMS is to be called at; ``None`` for none.

    Where its host's name leads is not looked at: that is known when it is resolved.

    Args:
        url: A web address.
        is_local: Whether this is the local cloud, which also calls its own machine by ``http``.
    """
    parts = urlsplit(url)
    if parts.username is not None or parts.password is not None:
        return "Has a user name or password in it; requests are known by their signature."
    host = parts.hostname or ""
    if parts.scheme == "https":
        return None
    if is_local and parts.scheme == "http" and (host == "localhost" or is_loopback(host)):
        return None
    return "Has to be an https address."


NOT_PUBLIC = "Has to lead to an address of the public internet; this host's is none."
"""What is wrong with a host that is in no public network."""
