"""Join links: what they say, how long they count, and what is none of ours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lectern.domain.join.link import AFTER_THE_EVENT, ForgedLink, JoinLink, read, sign
from lectern_testing.builders import a_details, an_event

KEY = b"k" * 32
MOMENT = datetime(2026, 11, 30, 9, tzinfo=UTC)
LINK = JoinLink(event_id="ev-1", user_id="u-1", expires_at=MOMENT)


@pytest.mark.parametrize("expires_at", [None, MOMENT])
def test_a_token_says_what_was_signed(expires_at: datetime | None) -> None:
    link = LINK.model_copy(update={"expires_at": expires_at})

    assert read(sign(link, KEY), KEY) == link


def test_a_link_with_a_moment_ends_then_whether_there_is_an_event_or_not() -> None:
    assert LINK.ends_at(an_event()) == LINK.ends_at(None) == MOMENT


def test_a_link_without_a_moment_ends_with_the_event_wherever_that_is_moved() -> None:
    link = LINK.model_copy(update={"expires_at": None})
    event = an_event()
    assert link.ends_at(event) == event.details.ends_at + AFTER_THE_EVENT
    starts_at = event.details.starts_at + timedelta(days=30)
    moved = an_event(details=a_details(starts_at=starts_at))
    assert link.ends_at(moved) == starts_at + timedelta(hours=1) + timedelta(days=7)
    assert link.ends_at(None) is None


@pytest.mark.parametrize(
    "token",
    ["", "1", "1..", "nonsense", sign(LINK, b"other"), sign(LINK, KEY)[:-1], sign(LINK, KEY) + "A"],
)
def test_what_was_not_signed_by_this_key_is_forged(token: str) -> None:
    with pytest.raises(ForgedLink):
        read(token, KEY)


def test_a_version_that_is_not_known_is_forged_whatever_its_signature() -> None:
    with pytest.raises(ForgedLink):
        read("2" + sign(LINK, KEY)[1:], KEY)
