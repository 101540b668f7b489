"""Which texts are addresses that people can be sent to."""

from __future__ import annotations

import pytest

from lectern.domain.web_address import fault_of_web_address


@pytest.mark.parametrize(
    "address",
    [
        "https://lms.example",
        "http://lms.example:8080/join?event=1&user=a%20b#top",
        "https://[2001:db8::1]/x",
    ],
)
def test_an_address_of_the_web_has_no_fault(address: str) -> None:
    assert fault_of_web_address(address) is None


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("https://lms.example/a b", "percent-encoded"),
        ("https://lms.example/\u00e6", "percent-encoded"),
        ("https://lms.example/\n", "line breaks"),
        ("", "with a host"),
        ("lms.example", "with a host"),
        ("javascript:alert(1)", "with a host"),
        ("ftp://lms.example", "with a host"),
        ("https://", "with a host"),
        ("https:///path", "with a host"),
        ("https://lms.example:99999", "with a host"),
        ("https://[::1", "with a host"),
    ],
)
def test_what_is_none_is_told_its_fault(address: str, named: str) -> None:
    assert named in (fault_of_web_address(address) or "")
