"""Passcodes that fit what Zoom accounts ask of them."""

from __future__ import annotations

import pytest

from lectern.domain.passcode import LONGEST, SPECIALS, PasscodeMark, PasscodeRule, new_passcode

RULES = [
    PasscodeRule(length=10),
    PasscodeRule(only_digits=True, length=6),
    PasscodeRule(letter=True, digit=True, special=True),
    PasscodeRule(both_cases=True, most_in_a_row=4),
    PasscodeRule(only_digits=True, most_in_a_row=4),
]


def test_passcodes_are_as_long_as_zoom_allows_and_differ() -> None:
    passcodes = {new_passcode() for _ in range(50)}

    assert len(passcodes) == 50
    assert all(len(each) == LONGEST for each in passcodes)
    assert all(each.isalnum() or set(each) & set(SPECIALS) for each in passcodes)


@pytest.mark.parametrize("rule", RULES)
def test_a_passcode_fits_the_rule(rule: PasscodeRule) -> None:
    assert not any(rule.faults(new_passcode(rule)) for _ in range(50))


@pytest.mark.parametrize("rule", [each for each in RULES if not each.only_digits])
def test_one_that_was_chosen_without_a_rule_fits_the_rules_of_most_accounts(
    rule: PasscodeRule,
) -> None:
    assert not any(rule.faults(new_passcode()) for _ in range(50))


@pytest.mark.parametrize(
    ("rule", "passcode", "faults"),
    [
        (PasscodeRule(length=8), "abc", ["at least 8 characters"]),
        (PasscodeRule(only_digits=True), "12a", ["nothing but digits"]),
        (PasscodeRule(letter=True), "123", ["a letter"]),
        (PasscodeRule(digit=True), "abc", ["a digit"]),
        (PasscodeRule(special=True), "abc1", ["a special character"]),
        (PasscodeRule(both_cases=True), "abc", ["upper and lower case letters"]),
        (PasscodeRule(most_in_a_row=4), "x1234", ["fewer than 4 characters in a row"]),
        (PasscodeRule(most_in_a_row=4), "dcba", ["fewer than 4 characters in a row"]),
        (PasscodeRule(most_in_a_row=4), "aaaa", ["fewer than 4 characters in a row"]),
        (PasscodeRule(most_in_a_row=4), "abc1x@8f", []),
        (PasscodeRule(), "a", []),
    ],
)
def test_what_a_passcode_lacks_is_said(
    rule: PasscodeRule, passcode: str, faults: list[str]
) -> None:
    assert rule.faults(passcode) == faults


def test_a_rule_that_nothing_fits_is_come_close_to() -> None:
    rule = PasscodeRule(length=LONGEST + 2, only_digits=True)

    assert new_passcode(rule).isdecimal()


MARK = PasscodeMark(bytes(32), "ev-1")
OTHERS = [PasscodeMark(bytes(32), "ev-2"), PasscodeMark(bytes(31) + b"x", "ev-1")]


@pytest.mark.parametrize("rule", [None, *RULES])
def test_an_event_s_passcode_is_known_again_by_its_mark(rule: PasscodeRule | None) -> None:
    passcode = new_passcode(rule, MARK)
    assert not (rule or PasscodeRule()).faults(passcode)
    assert MARK.is_in(passcode)
    assert not any(other.is_in(passcode) for other in OTHERS)


def test_passcodes_of_one_event_differ_and_are_no_others() -> None:
    assert len({new_passcode(None, MARK) for _ in range(50)}) > 40
    assert not any(MARK.is_in(each) for each in ("", "a", new_passcode()))


@pytest.mark.parametrize("known", ["J@jQWLYkO7", "5hUuHZ*kK2", "4525731218"])
def test_what_was_made_once_is_known_for_good(known: str) -> None:
    """Whatever changes in how passcodes are made."""
    assert MARK.is_in(known)


def test_the_key_is_not_shown() -> None:
    assert "0000" not in repr(PasscodeMark(b"0000", "ev-1"))
