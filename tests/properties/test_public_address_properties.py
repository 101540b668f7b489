"""Which IP addresses are public: no way of writing a private one is."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lectern.domain.public_address import is_public, may_be_called

METADATA = IPv4Address("169.254.169.254")
_INNER = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16"]
_INNER += ["100.64.0.0/10", "0.0.0.0/8", "224.0.0.0/4", "240.0.0.0/4", "198.18.0.0/15"]

v4 = st.integers(0, 2**32 - 1).map(IPv4Address)
v6 = st.integers(0, 2**128 - 1).map(IPv6Address)
global_v6 = st.integers(2**125, 2**126 - 1).map(IPv6Address)


def within(network: IPv4Network) -> st.SearchStrategy[IPv4Address]:
    first, last = int(network.network_address), int(network.broadcast_address)
    return st.integers(first, last).map(IPv4Address)


inner_v4 = st.sampled_from([IPv4Network(text) for text in _INNER]).flatmap(within)


def forms_within_v6(address: IPv4Address) -> list[IPv6Address]:
    """The ways in which IPv6 holds an IPv4 address."""
    number = int(address)
    prefixes = {
        "mapped": 0xFFFF << 32,
        "compatible": 0,
        "translated": 0xFFFF << 48,
        "NAT64": 0x64FF9B << 96,
        "NAT64 of one's own": (0x64FF9B << 96) | (1 << 80),
    }
    forms = [IPv6Address(prefix | number) for prefix in prefixes.values()]
    sixtofour = IPv6Address((0x2002 << 112) | (number << 80) | 1)
    teredo = IPv6Address((0x20010000 << 96) | (number << 64) | (number ^ (2**32 - 1)))
    return [*forms, sixtofour, teredo]


@given(inner_v4)
@example(METADATA)
def test_no_inner_address_is_public_however_it_is_written(address: IPv4Address) -> None:
    for form in (address, *forms_within_v6(address)):
        assert not is_public(str(form)), form


@given(st.one_of(v4, v6, global_v6))
def test_what_is_public_is_so_to_python_as_well(address: IPv4Address | IPv6Address) -> None:
    if is_public(str(address)):
        assert address.is_global
        assert not address.is_multicast
    if isinstance(address, IPv6Address) and is_public(str(address)):
        assert (address.ipv4_mapped, address.sixtofour, address.teredo) == (None, None, None)


@given(st.one_of(v4, global_v6))
def test_what_is_common_is_not_refused(address: IPv4Address | IPv6Address) -> None:
    is_special = not address.is_global or address.is_multicast or address.is_reserved
    if isinstance(address, IPv6Address):
        is_special |= address in _SPECIAL_V6 or address.sixtofour is not None
    else:
        is_special |= address in IPv4Network("192.0.0.0/24")
        is_special |= address in IPv4Network("192.88.99.0/24")
    assert is_special or is_public(str(address))


class _Special:
    """Ranges that are refused whole, whatever is given out within them."""

    def __contains__(self, address: IPv6Address) -> bool:
        return int(address) >> 105 == 0x20010000 >> 9 or int(address) >> 108 == 0x3FFF0


_SPECIAL_V6 = _Special()


@pytest.mark.parametrize(
    "address",
    [
        "fe80::1",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "::",
        "::1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a00:1",
        "::ffff:169.254.169.254",
        "2002:7f00:1::",
        "2001:db8::1",
        "3fff::1",
        "5f00::1",
        "100::1",
        "100.100.100.200",
        "192.0.0.192",
        "255.255.255.255",
        "",
        "localhost",
        "127.1",
        "0x7f000001",
        "2130706433",
        "8.8.8.8:53",
    ],
)
def test_what_leads_nowhere_public_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "2a00:1450:4001::1"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)
    assert may_be_called(address, is_local=False)


@given(st.one_of(v4, v6))
@example(ip_address("127.0.0.1"))
@example(ip_address("::1"))
def test_the_local_cloud_may_call_its_own_machine_besides(
    address: IPv4Address | IPv6Address,
) -> None:
    text = str(address)
    assert may_be_called(text, is_local=False) == is_public(text)
    assert may_be_called(text, is_local=True) == (is_public(text) or address.is_loopback)
