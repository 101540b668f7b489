"""Passcodes of meetings: the rules that Zoom accounts have for them, and the mark in them."""

from __future__ import annotations

import hmac
import secrets
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from lectern.domain.model import DomainModel

LONGEST = 10
"""Zoom: a passcode has up to 10 characters."""

SPECIALS = "@-_*"
"""Zoom: what a passcode may have besides letters and digits."""

_MIXED_ALPHABET = string.ascii_letters + string.digits


class PasscodeRule(DomainModel):
    """An account's demands on passcodes; the defaults demand nothing.

    Attributes:
        length: The fewest characters.
        only_digits: Whether nothing but digits is taken.
        letter: Whether it needs a letter.
        digit: Whether it needs a digit.
        special: Whether it needs a special character.
        both_cases: Whether it needs upper and lower case.
        most_in_a_row: The run of characters that follow each other (``abc``) or are the same that
            is too long; 0 for no such rule.
    """

    length: int = 1
    only_digits: bool = False
    letter: bool = False
    digit: bool = False
    special: bool = False
    both_cases: bool = False
    most_in_a_row: int = 0

    def faults(self, passcode: str) -> list[str]:
        """Lists the demands that a passcode fails, each as a rule for people to read."""
        rules = [
            (len(passcode) >= self.length, f"at least {self.length} characters"),
            (not self.only_digits or passcode.isdecimal(), "nothing but digits"),
            (not self.letter or any(map(str.isalpha, passcode)), "a letter"),
            (not self.digit or any(map(str.isdecimal, passcode)), "a digit"),
            (not self.special or bool(set(passcode) & set(SPECIALS)), "a special character"),
            (not self.both_cases or _has_both_cases(passcode), "upper and lower case letters"),
            (
                not self.most_in_a_row or _longest_row(passcode) < self.most_in_a_row,
                f"fewer than {self.most_in_a_row} characters in a row",
            ),
        ]
        return [text for holds, text in rules if not holds]


@dataclass(frozen=True)
class PasscodeMark:
    """What tells the passcodes of one event from all others, for whoever has the key.

    Attributes:
        key: The stack's, which is random and lasts.
        event_id: The event.
    """

    key: bytes = field(repr=False)
    event_id: str

    def new(self) -> int:
        """The number of one of the event's passcodes, any of them."""
        return self._number(secrets.randbelow(_OF_ONE_EVENT))

    def is_in(self, passcode: str) -> bool:
        """Whether a passcode is one of the event's."""
        numbers = map(self._number, range(_OF_ONE_EVENT))
        return any(passcode in {_digits(each), _mixed(each)} for each in numbers)

    def _number(self, which: int) -> int:
        told = f"{which}#{self.event_id}".encode()
        return int.from_bytes(hmac.digest(self.key, told, "sha256"))


_OF_ONE_EVENT = 1000
"""So many passcodes an event can have: enough to fit a rule, and few to compare one with."""


def new_passcode(rule: PasscodeRule | None = None, mark: PasscodeMark | None = None) -> str:
    """A random passcode that fits a rule, or where none is known the rules of most accounts.

    It has letters of both cases, digits and a special character, and no row, unless only digits are
    allowed. Where nothing fits, since a rule asks for more than Zoom's API takes, it comes closest.

    Args:
        rule: The rule.
        mark: What it is to be known by again.
    """
    rule = rule or PasscodeRule()
    make = _digits if rule.only_digits else _mixed
    number: Callable[[], int] = mark.new if mark else lambda: secrets.randbits(_BITS)
    tries = (make(number()) for _ in range(_MOST_TRIES))
    return min(tries, key=lambda each: (len(rule.faults(each)), _longest_row(each)))


_MOST_TRIES = 20
"""A row of three is rare already, so the best of these has none."""

_BITS = 256
"""More than a passcode uses up."""


class _Draws:
    """What is drawn with a number, which each draw uses up in part."""

    def __init__(self, number: int) -> None:
        self._rest = number

    def one_of(self, choices: Sequence[str]) -> str:
        self._rest, drawn = divmod(self._rest, len(choices))
        return choices[drawn]

    def in_any_order(self, parts: Sequence[str]) -> list[str]:
        left, drawn = list(parts), []
        while left:
            self._rest, place = divmod(self._rest, len(left))
            drawn.append(left.pop(place))
        return drawn


def _digits(number: int) -> str:
    draws = _Draws(number)
    return "".join(draws.one_of(string.digits) for _ in range(LONGEST))


def _mixed(number: int) -> str:
    """One of each kind of character, the rest letters and digits, in any order."""
    draws = _Draws(number)
    kinds = [string.ascii_uppercase, string.ascii_lowercase, string.digits, SPECIALS]
    chosen = [draws.one_of(kind) for kind in kinds]
    chosen += [draws.one_of(_MIXED_ALPHABET) for _ in range(LONGEST - len(kinds))]
    return "".join(draws.in_any_order(chosen))


def _has_both_cases(passcode: str) -> bool:
    return any(map(str.isupper, passcode)) and any(map(str.islower, passcode))


def _longest_row(passcode: str) -> int:
    """The most characters in a row that are the same, or each the next one or the one before."""
    longest = row = 1
    step: int | None = None
    for one, other in pairwise(passcode):
        difference = ord(other) - ord(one)
        if difference not in {-1, 0, 1}:
            row, step = 1, None
        elif difference == step:
            row += 1
        else:
            row, step = 2, difference
        longest = max(longest, row)
    return min(longest, len(passcode))
