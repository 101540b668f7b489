"""Attendance is final in time, of the session alone, and from what Zoom says of it."""

from __future__ import annotations

from typing import Any

from lectern_testing.over_http.company import MEETING, WEBINAR, scenario
from lectern_testing.over_http.scenario import Play

REPORTS = ("report_session_participants", "list_past_webinar_participants")


def held(play: Play, *names: str) -> None:
    """Holds the session with people in it."""
    play.by_hand("start_session")
    for name in names:
        play.by_hand("participant_joined", email=f"{name}@people.example")
    play.until(play.event, lambda event: event["phase"] == "live", "live")
    play.passes(1)
    play.by_hand("end_session")
    play.until(play.event, lambda event: event["phase"] == "ended", "ended")


def final(play: Play) -> dict[str, Any]:
    return play.until(
        lambda: play.lms("GET", f"{play.path}/attendance").json(),
        lambda seen: seen["state"] == "final",
        "final attendance",
    )


def attended(attendance: dict[str, Any]) -> set[str]:
    return {each["email"] for each in attendance["items"]}


@scenario(MEETING, WEBINAR)
def durations_that_are_not_said_hold_up_nothing(play: Play) -> None:
    play.begin("kim", "lee", starts_at=play.moment(-60))
    for report in REPORTS:
        play.fault("odd_values", report, set={"participants[*].duration": ""}, times=None)

    held(play, "kim", "lee")

    assert {"kim@people.example", "lee@people.example"} <= attended(final(play))


@scenario(MEETING)
def a_row_without_an_end_of_which_the_duration_is_known_holds_up_nothing(play: Play) -> None:
    play.begin("kim", "lee", starts_at=play.moment(-60))
    odd = {"participants[1].leave_time": "", "participants[1].duration": 1}
    for report in REPORTS:
        play.fault("odd_values", report, set=odd, times=None)

    held(play, "kim", "lee")

    attendance = final(play)
    assert {"kim@people.example", "lee@people.example"} <= attended(attendance)
    assert all(each["left_at"] for each in attendance["items"])


@scenario(MEETING, WEBINAR)
def a_rehearsal_is_no_attendance(play: Play) -> None:
    play.begin("kim", "lee")
    held(play, "kim", "lee")
    play.put(starts_at=play.moment(1))
    play.settles(registered=2)
    play.passes(2)

    held(play, "lee")

    attendance = final(play)
    runs = play.until(
        lambda: play.lms("GET", f"{play.path}/attendance").json(),
        lambda seen: len(seen["runs"]) == 2,
        "two runs",
    )["runs"]
    assert [each["counted"] for each in runs] == [False, True]
    assert "lee@people.example" in attended(attendance)
    assert "kim@people.example" not in attended(attendance)


@scenario(MEETING)
def what_was_held_before_its_time_counts_where_nothing_else_was(play: Play) -> None:
    play.begin("kim", "lee")

    held(play, "kim", "lee")

    attendance = final(play)
    assert [each["counted"] for each in attendance["runs"]] == [True]
    assert {"kim@people.example", "lee@people.example"} <= attended(attendance)
