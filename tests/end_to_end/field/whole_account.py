"""What is so for a whole account, one after the other once nobody else is at work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lectern_testing.over_http.company import MEETING, WEBINAR, scenario
from lectern_testing.over_http.scenario import Play


@contextmanager
def settings(play: Play, **changed: object) -> Iterator[Any]:
    """Changes the platform's settings for a while."""
    before = play.lms("GET", "/v1/settings").json()
    assert play.lms("PUT", "/v1/settings", changed).ok
    yield
    assert play.lms("PUT", "/v1/settings", {name: before[name] for name in changed}).ok


@scenario(WEBINAR, alone=True)
def what_was_handed_to_another_user_is_told_where_drift_is_only_reported(play: Play) -> None:
    with settings(play, drift="report"):
        play.begin("kim")
        play.by_hand("transfer_session", to=play.another_host("other"))
        play.look_again()

        play.fails("host_transferred")

        assert play.lets_in("kim")
        assert play.decided("host")["url"] is None


@scenario(MEETING, alone=True)
def what_was_made_recurring_is_left_where_drift_is_only_reported(play: Play) -> None:
    with settings(play, drift="report"):
        play.begin("kim")
        changes = {"type": 8, "recurrence": {"type": 1, "end_times": 5}}
        play.by_hand("edit_session", changes=changes)
        play.look_again()
        play.rests()
        play.enrol("late")

        assert play.lets_in("late")
        assert play.session()["type"] == 8


@scenario(MEETING, alone=True)
def one_outage_of_all_of_zoom_is_said_within_a_minute_and_over_at_once_by_hand(play: Play) -> None:
    everything = {"kind": "status", "status": 500, "times": None}
    for operation in ("*", "oauth_token"):
        play.simulator("POST", "/faults", everything | {"operation": operation})
    play.put()
    play.enrol("kim")

    play.stops("waiting", "zoom_unavailable", within=60)

    play.simulator("DELETE", "/faults")
    play.look_again()
    play.settles(registered=1)


@scenario(MEETING, alone=True)
def an_accounts_day_that_is_used_up_is_known_to_everybody(play: Play) -> None:
    """The last of all, since it stays so."""
    batch = f"batch_{play.kind}_registrants"
    play.fault("rate_limit_daily", batch, times=1)
    play.put()
    play.enrol("kim", "lee")
    play.stops("waiting", "zoom_daily_limit")
    other = Play(play.cloud, play.kind)
    other.put()
    other.enrol("mia", "noa")
    other.stops("waiting", "zoom_daily_limit")

    play.look_again()
    play.stops("waiting", "zoom_daily_limit")

    assert play.calls()[batch] <= 1
    assert other.calls()[batch] == 0
