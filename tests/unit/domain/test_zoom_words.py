"""What of Zoom's own words is told, and what is not."""

from __future__ import annotations

import time

import pytest

from lectern.domain.zoom_words import MOST_CHARACTERS, impersonal, told


@pytest.mark.parametrize(
    "words",
    [
        "Validation Failed.",
        "Users in bad.example have been blocked by the account's administrator.",
        "Meeting does not exist: 85746065746.",
        "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests "
        "permitted for this particular user. You may resume these requests at GMT 00:00:00.",
        "The password must have 8 characters or more, and a special one such as ! or *.",
        "Passcode: 1-10 characters of a-z, A-Z, 0-9 and * _ -",
        "settings.attendees_and_panelists_reminder_email_notification.enable is locked.",
        "Invalid access token, does not contain scopes:[meeting:write:batch_registrants:admin].",
        "The time 2026-12-01 10:00:00 or 2026-12-01T10:00:00Z has passed.",
        "Le nom est trop long : Łódź, 会议名称太长。",
        "Version 5.17 and/or later; a ratio of 16/9.",
    ],
)
def test_what_names_nobody_is_told_as_it_is(words: str) -> None:
    assert told(words) == words


@pytest.mark.parametrize(
    ("words", "without"),
    [
        ("for the registrant (kim@acme.example).", "for the registrant ((an address))."),
        ('"kim.ng+x@acme.example" is blocked', '"(an address)" is blocked'),
        ("As <kim@acme.example>, bo\uff20acme.example", "As <(an address)>, (an address)"),
        ("kim%40acme.example&#64;x", "(an address)"),
        ("kim&#64;acme.example is taken", "(an address) is taken"),
        ("kim\u200b@acme.example is taken", "(an address) is taken"),
        ("See https://zoom.us/w/1?tk=x for more", "See (a link) for more"),
        ("See zoommtg://zoom.us/join?confno=1 now", "See (a link) now"),
        ("See acme.zoom.us/j/85746065?pwd=x now", "See (a link) now"),
        ("See WWW.zoom.us now", "See (a link) now"),
        ("Call +49 89 1234567 or +4989123456", "Call (a phone number) or (a phone number)"),
        ("Call (555) 123-4567 or 0891234567.", "Call (a phone number) or (a phone number)."),
        ("Passcode: 4f7Kq9 is wrong", "Passcode: (hidden) is wrong"),
        ("wrong pwd=Abcdefg", "wrong (hidden)"),
        ("with eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9 of", "with (hidden) of"),
    ],
)  # fmt: skip
def test_what_is_somebodys_own_is_left_out(words: str, without: str) -> None:
    assert told(words) == without


def test_what_is_left_out_can_be_named_otherwise() -> None:
    text = "kim@acme.example at https://zoom.us, +49 89 1234567, pin: 4f7Kq9"

    assert impersonal(text, "…") == "… at … …, pin: …"


def test_words_are_one_line_without_controls_and_markup() -> None:
    words = "<Error>\r\n  <Message>No\x00 \u202esuch\x1b[31m&nbsp;thing</Message>\n</Error>"

    assert told(words) == "No such[31m thing"


def test_no_more_than_some_of_it_is_told() -> None:
    said = told("words " * 100_000)

    assert len(said) == MOST_CHARACTERS
    assert said.endswith("…")


@pytest.mark.parametrize("between", [" ", "\t", "<"])
def test_an_address_that_the_end_would_halve_is_left_out_whole(between: str) -> None:
    others = f"{'a' * 100}@acme.example{between}" * 40
    for length in range(1_900, 2_100):
        words = f"{others[:length]}{between}kim.ng@acme.example{' more' * 1_000}"

        assert "kim" not in told(words)


@pytest.mark.parametrize(
    "piece",
    [
        "x",
        "<",
        "<a",
        "pin:",
        "pin: ",
        "1 ",
        "+1",
        "1-",
        "a.",
        "a.b/",
        "&#",
        "(1)",
        "www",
        "=",
        "_1",
    ],
)
def test_a_long_text_takes_no_longer_than_its_length(piece: str) -> None:
    began = time.process_time()
    told(piece * 200_000)
    impersonal(piece * 20_000)

    assert time.process_time() - began < 1
