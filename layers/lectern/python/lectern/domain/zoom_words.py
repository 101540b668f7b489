"""Cleans Zoom's own words for telling: bounded, and without what is private.

Zoom's messages name people's addresses and carry links, and nothing bounds their length. All that
is done here takes time in proportion to the text.
"""

from __future__ import annotations

import html
import re
import unicodedata

MOST_CHARACTERS = 500
"""What is told of a message; the longest of Zoom's own have about three hundred."""
_LOOKED_AT = 4 * MOST_CHARACTERS
_LONGEST_ADDRESS = 320
"""RFC 5321: 64 characters, an ``@`` and 255."""

_CUT = "…"
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
"""Unicode: controls, formats (such as those that turn the direction), and what is no character."""

_TAG = re.compile(r"</?[A-Za-z!?][^<>@]*>")
"""Markup, which a proxy answers in place of Zoom; an address in angle brackets is none."""
_WORD = re.compile(r"[^\s\"'<>()\[\]{}]+")
_ATS = ("@", "\uff20", "\ufe6b", "%40")
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::[0-9]+)?")
_SECRET = re.compile(r"\b(?:pwd|pass(?:word|code)?|tk|zak|token|secret|pin)=.", re.IGNORECASE)
_KEY = re.compile(r"(?=[a-z_+/-]*[0-9])(?=[0-9_+/-]*[a-z])[\w+/-]{24,}[.=]*", re.IGNORECASE)
"""Letters and digits without an end: no word, and no field's name."""
_NAMED_SECRET = re.compile(
    r"\b((?:password|passcode|pwd|pin) ?[:=] ?[\"']?)"
    r"(?!\d{1,3}-\d)(?=[^\s\"']{0,64}[0-9])[^\s\"']{4,}",
    re.IGNORECASE,
)
"""One that is told with its name; how long one may be is none."""
_PHONE = re.compile(
    r"(?<![\w.+-])(?!\d{4}-\d\d-\d\d)"
    r"(?:[+(]{0,2}\d{1,8}\)?(?:[ ./-]{1,2}\(?\d{1,8}\)?){2,6}|[+0]\d{6,15})(?!\w)"
)
"""In groups, or with the sign or the nought that a number begins with; a date is none."""
_FEWEST_OF_A_PHONE = 7


def told(text: str) -> str:
    """Cleans a message of Zoom's: at most `MOST_CHARACTERS`, in one line, nothing private.

    Controls and markup are dropped; in place of an address, a link, a phone number or a secret
    stands what it was.
    """
    plain = html.unescape(_TAG.sub(" ", _beginning(text)))
    said = impersonal(_visible(plain))
    return said if len(said) <= MOST_CHARACTERS else said[: MOST_CHARACTERS - 1] + _CUT


def impersonal(text: str, instead: str | None = None) -> str:
    """A text without addresses, links, phone numbers and secrets.

    Args:
        text: The text, of any length.
        instead: What is put in their place; what each of them was, unless it is said.
    """

    def word(found: re.Match[str]) -> str:
        kind = _kind_of(found[0])
        return instead or f"({kind})" if kind else found[0]

    def phone(found: re.Match[str]) -> str:
        digits = sum(character.isdigit() for character in found[0])
        return found[0] if digits < _FEWEST_OF_A_PHONE else instead or "(a phone number)"

    without_secrets = _NAMED_SECRET.sub(rf"\1{instead or '(hidden)'}", text)
    return _PHONE.sub(phone, _WORD.sub(word, without_secrets))


def _kind_of(word: str) -> str | None:
    """Names the kind of a word that may not be told; ``None`` for any other."""
    if any(at in word for at in _ATS):
        return "an address"
    if _is_link(word):
        return "a link"
    return "hidden" if _SECRET.search(word) or _KEY.fullmatch(word) else None


def _is_link(word: str) -> bool:
    """Whether it leads somewhere; Zoom shows its own links without a scheme as well."""
    host, path, _ = word.partition("/")
    return "://" in word or "www." in word.casefold() or bool(path and _HOST.fullmatch(host))


def _beginning(text: str) -> str:
    """As much of a text as is looked at, without the word that its end would halve.

    Half of an address looks like none, and is somebody's name.
    """
    if len(text) <= _LOOKED_AT:
        return text
    head = text[:_LOOKED_AT]
    return head[: max(_LOOKED_AT - _LONGEST_ADDRESS, *map(head.rfind, " \t\r\n"))]


def _visible(text: str) -> str:
    in_one_line = " ".join(text.split())
    return "".join(each for each in in_one_line if unicodedata.category(each) not in _INVISIBLE)
