"""The end of a limit, however Zoom or something in between writes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from hypothesis import given
from hypothesis import strategies as st

from lectern.domain.limits.budget import next_midnight
from lectern.zoom.errors import retry_after
from lectern_testing.strategies import NOW, moments

A_DAY = timedelta(days=1)
seconds = st.integers(0, 86_400)
headers = st.one_of(
    st.text(),
    st.integers().map(str),
    moments.map(datetime.isoformat),
    st.from_regex(r"[A-Z][a-z]{2}, [0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} [+-]?[0-9A-Z]+"),
)


@given(headers)
def test_any_header_ends_within_a_day_or_says_nothing(header: str) -> None:
    moment = retry_after(header, NOW)

    assert moment is None or NOW <= moment <= NOW + A_DAY


@given(seconds)
def test_every_form_says_the_same_moment(after: int) -> None:
    moment = NOW + timedelta(seconds=after)
    forms = [
        str(after),
        moment.isoformat(),
        moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        moment.astimezone(UTC).replace(tzinfo=None).isoformat(),
        format_datetime(moment, usegmt=True),
    ]

    assert {retry_after(form, NOW) for form in forms} == {moment}


@given(moments)
def test_midnight_is_ahead_and_at_most_a_day_away(now: datetime) -> None:
    midnight = next_midnight(now)

    assert now < midnight <= now + A_DAY
    assert midnight.astimezone(UTC).time() == datetime.min.time()
