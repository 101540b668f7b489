"""Zoom's daily limits: counted ahead, waited for, and only where they concern something."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from lectern.domain.enrollment import Access
from lectern.domain.limits.attempts import DailyAttempts
from lectern.domain.limits.budget import FOLD, FREE_CHANGES
from lectern_testing.builders import a_details, an_enrollment, an_event
from lectern_testing.on_stage.clicks import click
from lectern_testing.on_stage.waiting_executions import Watch
from lectern_testing.stage import Stage, staged


def refused(stage: Stage) -> list[dict[str, object]]:
    """The calls that Zoom refused for a limit."""
    return [call for call in stage.world.calls.since(0) if call["status"] == 429]


def use_up_the_hosts_day(stage: Stage) -> None:
    meeting = stage.event().meeting
    assert meeting is not None
    while stage.budgets.take_host("default", stage.clock.now(), meeting.host_id, 100):
        pass


def test_the_hosts_next_change_waits_for_midnight_and_then_happens(stage: Stage) -> None:
    stage.synchronised_event(2)
    use_up_the_hosts_day(stage)
    day = stage.clock.now().date()
    stage.forget_calls()
    days = []

    def look(payload: dict[str, object]) -> None:
        if payload["task"] == "register_range":
            days.append(stage.clock.now().date())

    stage.before_task = look
    stage.change_details(title="After midnight")
    stage.enrol(an_enrollment("late", now=stage.clock.now()))
    assert stage.synchronise() == "SUCCEEDED"

    stage.all_is_well(3)
    assert stage.zoom_meeting()["topic"] == "After midnight"
    assert stage.calls()["update_meeting"] == 1
    # The person did not wait for it.
    assert days == [day]
    assert stage.clock.now().date() > day
    assert refused(stage) == []


def test_what_waits_for_the_host_says_so(stage: Stage) -> None:
    stage.synchronised_event(1)
    use_up_the_hosts_day(stage)
    seen = []

    def look(payload: dict[str, object]) -> None:
        if payload["task"] == "take_lease" and stage.event().sync.state == "waiting":
            seen.append(stage.event().sync)

    stage.before_task = look
    stage.change_details(title="After midnight")
    stage.synchronise()

    waiting = seen[0]
    assert waiting.problem is not None
    assert waiting.problem.code == "zoom_daily_limit"
    assert waiting.next_attempt_at is not None
    assert waiting.next_attempt_at.strftime("%H:%M:%S") == "00:00:00"


def test_the_events_of_other_hosts_do_not_wait(stage: Stage) -> None:
    stage.synchronised_event(1)
    use_up_the_hosts_day(stage)
    host = stage.event().details.host.model_copy(update={"email": "bo@acme.example"})
    day = stage.clock.now().date()

    stage.events.create(an_event("ev-2", now=stage.clock.now(), details=a_details(host=host)))
    stage.synchronise("ev-2")

    assert stage.event("ev-2").sync.state == "in_sync"
    assert stage.clock.now().date() == day


def test_access_that_flaps_ends_right_within_zooms_limits(stage: Stage) -> None:
    details = a_details(access_validation=True)
    stage.events.create(an_event(now=stage.clock.now(), details=details))
    stage.enrol(an_enrollment("kim", now=stage.clock.now()), an_enrollment("sam"))
    stage.synchronise()

    for flap in range(20):
        stage.change_enrollment("kim", access=Access(granted=bool(flap % 2)))
        assert stage.synchronise() == "SUCCEEDED"

    assert set(stage.registrants()) == {"kim@people.example", "sam@people.example"}
    assert stage.where_people_stand() == {"registered": 2}
    assert refused(stage) == []


def test_access_that_flaps_with_a_click_each_time_ends_right_within_zooms_limits(
    stage: Stage,
) -> None:
    details = a_details(access_validation=True)
    stage.events.create(an_event(now=stage.clock.now(), details=details))
    stage.enrol(an_enrollment("kim", now=stage.clock.now()))
    stage.synchronise()
    day = stage.clock.now().date()
    told = []

    for _ in range(10):
        stage.change_enrollment("kim", access=Access(granted=False))
        assert stage.synchronise() == "SUCCEEDED"
        stage.change_enrollment("kim", access=Access(granted=True))
        told.append(click(stage, "kim"))
        assert stage.clock.now().date() == day

    # Registered when enrolled, and by two clicks: Zoom takes no more for one person on a day.
    assert [decision.state for decision in told] == ["join"] * 2 + ["preparing"] * 8
    assert {decision.reason for decision in told[2:]} == {"zoom_daily_limit"}
    assert refused(stage) == []
    assert stage.synchronise() == "SUCCEEDED"
    assert stage.clock.now().date() > day
    assert set(stage.registrants()) == {"kim@people.example"}
    assert click(stage, "kim").state == "join"
    assert refused(stage) == []


def test_a_fourth_registration_of_a_day_waits_while_others_are_registered(stage: Stage) -> None:
    stage.synchronised_event(1)
    day = stage.clock.now().date()
    for _ in range(2):
        stage.change_enrollment("u-00000", removed=True)
        stage.synchronise()
        stage.change_enrollment("u-00000", removed=False)
        stage.synchronise()
    assert stage.clock.now().date() == day
    stage.change_enrollment("u-00000", removed=True)
    stage.synchronise()
    registered_on: dict[Any, Any] = {}

    def look(payload: dict[str, object]) -> None:
        for address in stage.registrants():
            registered_on.setdefault(address, stage.clock.now().date())

    stage.before_task = look
    stage.change_enrollment("u-00000", removed=False)
    stage.enrol(an_enrollment("late", now=stage.clock.now()))
    stage.synchronise()

    assert registered_on["late@people.example"] == day
    assert registered_on["u-00000@people.example"] > day
    assert refused(stage) == []


def deny_all_and_look(stage: Stage) -> dict[str, date]:
    """Has everybody denied in Zoom by hand, and synchronises; the day that each was back."""
    for address in stage.registrants():
        stage.act(action="deny_registrant", email=address)
    back_on: dict[str, date] = {}

    def look(_payload: dict[str, object]) -> None:
        for address in stage.registrants():
            back_on.setdefault(address, stage.clock.now().date())

    stage.before_task = look
    stage.events.request_sync("ev-1", stage.clock.now(), verify=True)
    assert stage.synchronise() == "SUCCEEDED"
    return back_on


def use_up_status_changes_at_zoom(stage: Stage, address: str, count: int) -> None:
    meeting = stage.event().meeting
    assert meeting is not None
    for _ in range(count):
        session = stage.world.sessions[int(meeting.zoom_id)]
        stage.world.limits.take_status_changes(session, [address], stage.clock.now())


def test_an_eleventh_approval_of_a_day_waits_while_others_are_approved(stage: Stage) -> None:
    stage.synchronised_event(2)
    day, had = stage.clock.now().date(), stage.registrants()
    address, meeting = "u-00000@people.example", stage.event().meeting
    assert meeting is not None
    approved = DailyAttempts(zoom_id=meeting.zoom_id, day=day, count=1, status_changes=9)
    stage.enrollments.sends.put("ev-1", address, approved)
    use_up_status_changes_at_zoom(stage, address, 9)

    assert set(deny_all_and_look(stage).values()) == {day}
    stage.forget_calls()
    back_on = deny_all_and_look(stage)

    assert back_on["u-00001@people.example"] == day
    assert back_on[address] > day
    assert stage.calls()["update_meeting_registrant_status"] == 2
    assert refused(stage) == []
    assert stage.registrants() == had
    stage.all_is_well(2)


def test_an_approval_that_zoom_puts_off_for_one_is_not_put_off_for_others(stage: Stage) -> None:
    """Somebody else changed the status, which Lectern cannot have counted."""
    stage.synchronised_event(3)
    day, had = stage.clock.now().date(), stage.registrants()
    use_up_status_changes_at_zoom(stage, "u-00001@people.example", 10)
    back_on = deny_all_and_look(stage)

    assert back_on["u-00000@people.example"] == back_on["u-00002@people.example"] == day
    assert back_on["u-00001@people.example"] > day
    assert stage.registrants() == had
    stage.all_is_well(3)


def test_whom_zoom_does_not_approve_again_is_registered_anew_and_others_keep_their_links(
    stage: Stage,
) -> None:
    stage.synchronised_event(2)
    had = stage.registrants()
    # The call for both is refused, and then the one for the first.
    stage.fault(
        operation="update_meeting_registrant_status",
        kind="status",
        status=400,
        body={"code": 300, "message": "Invalid registrant."},
        times=2,
    )
    deny_all_and_look(stage)

    stage.all_is_well(2)
    has = stage.registrants()
    assert has["u-00000@people.example"] != had["u-00000@people.example"]
    assert has["u-00001@people.example"] == had["u-00001@people.example"]


@pytest.mark.parametrize(
    ("rate_class", "task"), [("light", "ensure_meeting"), ("heavy", "register_range")]
)
def test_in_a_busy_account_it_is_waited_for_the_own_turn(rate_class: str, task: str) -> None:
    """Others have taken the next twenty seconds; what is known by then is not asked again."""
    with staged(fold_seconds=0) as stage:
        stage.event_with_people(3)
        now = stage.clock.now()
        stage.budgets.slow_down("default", rate_class, 1, now + timedelta(minutes=10))
        for n in range(rate_class == "light", 21):
            second = now.replace(microsecond=0) + timedelta(seconds=n)
            assert stage.budgets.take_second("default", second, rate_class, 1)

        assert stage.synchronise() == "SUCCEEDED"

        stage.all_is_well(3)
        assert stage.calls() == {
            "get_user": 1,
            "create_meeting": 1,
            "get_meeting": 1,
            "batch_meeting_registrants": 1,
        }
        assert stage.tasks[task] >= 2
        assert 15 < sum(stage.waits) < 35


def test_what_was_read_of_zoom_before_a_wait_is_not_read_again(stage: Stage) -> None:
    stage.synchronised_event(1)
    stage.forget_calls()
    stage.change_details(title="Another")
    # The read is in the second that is left free, if all of this begins just after a second does,
    # and after the one of twenty that is kept for more urgent work.
    past_the_twentieth = stage.clock.now().timestamp() % 20
    stage.clock.advance(timedelta(seconds=20.001 - past_the_twentieth))
    stage.events.request_sync("ev-1", stage.clock.now(), verify=True)
    now = stage.clock.now()
    stage.budgets.slow_down("default", "light", 1, now + timedelta(minutes=10))
    for n in range(2, 20):
        second = now.replace(microsecond=0) + timedelta(seconds=n)
        stage.budgets.take_second("default", second, "light", 1)

    assert stage.synchronise() == "SUCCEEDED"

    assert stage.zoom_meeting()["topic"] == "Another"
    calls = stage.calls()
    assert (calls["get_meeting"], calls["update_meeting"]) == (1, 1)
    assert max(stage.waits) > 10


@pytest.mark.parametrize("kind", ["rate_limit_second", "html_500"])
def test_what_was_found_out_before_zoom_refused_a_call_is_not_asked_again(
    stage: Stage, kind: str
) -> None:
    stage.fault(operation="create_meeting", kind=kind, times=2)
    stage.event_with_people(2)

    assert stage.synchronise() == "SUCCEEDED"

    stage.all_is_well(2)
    assert stage.calls()["get_user"] == 1


def use_half_of_the_hosts_day(stage: Stage) -> None:
    meeting = stage.event().meeting
    assert meeting is not None
    while stage.budgets.take_host("default", stage.clock.now(), meeting.host_id, FREE_CHANGES):
        pass


def test_edits_of_one_event_are_folded_once_half_of_the_hosts_day_is_used(stage: Stage) -> None:
    stage.synchronised_event(2)
    use_half_of_the_hosts_day(stage)
    stage.change_details(title="The first comes at once")
    stage.synchronise()
    assert stage.zoom_meeting()["topic"] == "The first comes at once"
    stage.forget_calls()
    began, watch = stage.clock.now(), Watch(stage)

    def meanwhile() -> None:
        sync = stage.event().sync
        assert sync.problem is not None
        assert (sync.state, sync.problem.code) == ("waiting", "zoom_daily_limit")
        assert sync.next_attempt_at is not None
        assert sync.next_attempt_at - began <= FOLD
        # The people of the event do not wait, nor does another event of the host.
        assert "late@people.example" in stage.registrants()
        stage.events.create(an_event("ev-2", now=stage.clock.now()))
        assert stage.synchronise("ev-2") == "SUCCEEDED"
        assert stage.event("ev-2").sync.state == "in_sync"
        for n in range(10):
            stage.change_details(title=f"Edit {n}")
            assert stage.run(f"edit-{n}") == "SUCCEEDED"

    watch.once.append(meanwhile)
    stage.change_details(title="The second is folded")
    stage.enrol(an_enrollment("late", now=stage.clock.now()))
    assert stage.synchronise() == "SUCCEEDED"

    assert stage.zoom_meeting()["topic"] == "Edit 9"
    assert stage.calls()["update_meeting"] == 1
    assert stage.clock.now() - began < FOLD + timedelta(minutes=1)
    assert stage.event().sync.problem is None
