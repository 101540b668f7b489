"""Addresses: one form for each mailbox, and never one for two."""

from __future__ import annotations

import string
import unicodedata

import idna
from hypothesis import given
from hypothesis import strategies as st

from lectern.domain.address import address_key

_LETTERS = {
    *"\u017f\u212a\u212b\u2126\ufb03\u0131\u0130\u00df\u1e9e\u00e9\u00c9\u03c3\u03c2\u03a3\u03b8\u03f4\uff41\uff21\u2460",
    *"aAbBkKsSiI12-.",
}
"""Letters that ``casefold``, ``lower`` or a normal form of Unicode takes for others, and those."""
_FOLDED = [
    "ss",
    "SS",
    "ffi",
    "\u00c5",
    "\u03a9",
    "e\u0301",
    "E\u0301",
    "i\u0307",
    "\u3002",
    "xn--",
    "bcher-kva",
]
_pieces = st.sampled_from(sorted(_LETTERS) + _FOLDED) | st.characters(exclude_categories=["Cs"])
_words = st.lists(_pieces, min_size=1, max_size=6).map("".join)
addresses = st.builds("{}@{}.example".format, _words, _words)
_UPPER, _LOWER = string.ascii_uppercase, string.ascii_lowercase


def in_small_letters(text: str) -> str:
    return text.translate(str.maketrans(_UPPER, _LOWER))


def in_ascii(label: str) -> str:
    """A label of a domain as browsers and mail servers ask for it, where that is possible."""
    try:
        return idna.encode(label, uts46=True).decode()
    except idna.IDNAError:
        return in_small_letters(label)


def are_one_domain(one: str, other: str) -> bool:
    return [*map(in_ascii, one.split("."))] == [*map(in_ascii, other.split("."))]


def look_alikes(text: str) -> set[str]:
    """What a text becomes where more is folded than the case of ASCII letters."""
    forms = {unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    return {
        folded
        for form in {text, *forms}
        for folded in (form, form.casefold(), form.lower(), form.upper())
    }


@given(addresses, addresses)
def test_two_addresses_with_one_key_are_one_mailbox(one: str, other: str) -> None:
    for alike in {other, *look_alikes(one)}:
        if address_key(one) != address_key(alike):
            continue
        mine, _, my_domain = one.strip().rpartition("@")
        theirs, _, their_domain = alike.strip().rpartition("@")
        assert in_small_letters(mine) == in_small_letters(theirs)
        assert are_one_domain(my_domain, their_domain)


@given(_words, _words)
def test_what_looks_alike_before_the_at_is_another_mailbox(local: str, domain: str) -> None:
    mine = f"{local}@{domain}.example"

    for alike in look_alikes(local):
        is_mine = address_key(f"{alike}@{domain}.example") == address_key(mine)
        assert is_mine == (in_small_letters(alike.lstrip()) == in_small_letters(local.lstrip()))


@given(addresses, st.sampled_from(["", " ", "\t", "\r\n", "\u00a0 "]))
def test_case_and_blanks_make_no_difference(address: str, blanks: str) -> None:
    in_capitals = address.translate(str.maketrans(_LOWER, _UPPER))

    assert address_key(f"{blanks}{in_capitals}{blanks}") == address_key(address)


@given(st.text(st.characters()))
def test_whatever_zoom_tells_has_a_key_which_is_its_own(text: str) -> None:
    key = address_key(text)

    assert address_key(key) == key


@given(st.text("\u00e4\u00f6\u00fc\u00df\u00e9\u00f8abc", min_size=1, max_size=20), _words)
def test_a_domain_is_the_same_in_its_own_letters_and_in_ascii(label: str, local: str) -> None:
    other = idna.encode(label).decode()

    assert address_key(f"{local}@{label}.example") == address_key(f"{local}@{other}.example")
