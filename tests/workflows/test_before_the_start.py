"""Shortly before the start: the LMS is asked who has access, Zoom is read, all is put right."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.enrollment import Access, EnrollmentState
from lectern.domain.event import LeadTime
from lectern.domain.limits.budget import Lane
from lectern.domain.settings import AccessValidation, Settings
from lectern.domain.sweeps import PEOPLE_AT_ONCE
from lectern.store.sweeps import SweepStore
from lectern.sync.people import access_check
from lectern.sync.triggers.pre_event_sweep import PreEventSweep
from lectern.zoom.account import ZoomAccount
from lectern_testing.aws.stream import Stream
from lectern_testing.builders import a_details, an_enrollment, an_event
from lectern_testing.lms.inbox import LmsInbox, an_inbox
from lectern_testing.stage import Stage

REQUIREMENT = {"id": "r1", "title": "Module 1", "met": False, "url": "https://lms.example/m/1"}


@pytest.fixture
def lms() -> Iterator[LmsInbox]:
    with an_inbox() as inbox:
        inbox.status, inbox.body = 200, b'{"decisions": []}'
        yield inbox


def validate(stage: Stage, *, url: str | None, enabled: bool = True) -> None:
    validation = AccessValidation(enabled=enabled, check_url=url)
    stage.settings.put(Settings(access_validation=validation), was_revision=0)


def event_with(stage: Stage, **granted: bool) -> None:
    """An event in two hours with these people, synchronised."""
    now = stage.clock.now()
    details = a_details(starts_at=now + timedelta(hours=2))
    stage.events.create(an_event(now=now, details=details))
    stage.enrol(
        *(
            an_enrollment(user, now=now, access=Access(granted=has_access))
            for user, has_access in granted.items()
        )
    )
    assert stage.synchronise() == "SUCCEEDED"
    stage.forget_calls()


def sweep(stage: Stage) -> int:
    """Runs the pre-event sweep, and the synchronisation that it asks for."""
    sweeps = SweepStore(stage.table)
    swept = PreEventSweep(stage.events, stage.settings, sweeps, stage.clock.now).run()["swept"]
    if swept:
        assert stage.synchronise() == "SUCCEEDED"
    return swept


def decide(lms: LmsInbox, *decisions: dict[str, Any]) -> None:
    lms.body = json.dumps({"decisions": decisions}).encode()


def asked(lms: LmsInbox) -> list[Any]:
    return [each.json for each in lms.received]


def test_the_lms_is_asked_about_registered_and_blocked_alike_and_its_answer_is_carried_out(
    stage: Stage, lms: LmsInbox
) -> None:
    validate(stage, url=lms.url)
    event_with(stage, inside=True, outside=False, unknown=True)
    assert set(stage.registrants()) == {"inside@people.example", "unknown@people.example"}
    stage.wait(timedelta(minutes=61).total_seconds())
    decide(
        lms,
        {"user_id": "inside", "granted": False, "requirements": [REQUIREMENT]},
        {"user_id": "outside", "granted": True},
        {"user_id": "stranger", "granted": True},
    )

    assert sweep(stage) == 1

    assert asked(lms) == [{"event_id": "ev-1", "user_ids": ["inside", "outside", "unknown"]}]
    assert set(stage.registrants()) == {"outside@people.example", "unknown@people.example"}
    assert stage.where_people_stand() == {"blocked": 1, "registered": 2}
    (requirement,) = stage.enrollment("inside").access.requirements
    assert requirement.model_dump() == REQUIREMENT
    assert stage.event().sync.state == "in_sync"


def test_it_is_asked_once_for_each_lead_time_and_version(stage: Stage, lms: LmsInbox) -> None:
    validate(stage, url=lms.url)
    event_with(stage, kim=True)
    counts = []
    for minutes in (61, 1, 49, 1):
        stage.wait(minutes * 60)
        sweep(stage)
        counts.append(len(lms.received))
    stage.change_details(title="Edited")
    assert stage.synchronise() == "SUCCEEDED"
    sweep(stage)
    counts.append(len(lms.received))
    assert counts == [1, 1, 2, 2, 3]
    assert stage.event().sync.swept == LeadTime(version=2, minutes=10)


def test_where_the_lms_gives_no_good_answer_what_was_known_stands(
    stage: Stage, lms: LmsInbox
) -> None:
    validate(stage, url=lms.url)
    event_with(stage, kim=True)
    stage.wait(timedelta(minutes=61).total_seconds())
    lms.status = 500
    assert sweep(stage) == 1
    assert len(lms.received) == 1
    assert set(stage.registrants()) == {"kim@people.example"}
    assert stage.calls()["get_meeting"] == 1, "Zoom is read all the same"


def test_many_people_are_asked_about_in_pages(
    stage: Stage, lms: LmsInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_check, "PEOPLE_AT_ONCE", 2)
    validate(stage, url=lms.url)
    event_with(stage, a=True, b=False, c=True, d=False, e=True)
    stage.change_enrollment("b", removed=True)
    stage.wait(timedelta(minutes=61).total_seconds())
    decide(lms, {"user_id": "e", "granted": False}, {"user_id": "b", "granted": True})
    sweep(stage)
    assert [each["user_ids"] for each in asked(lms)] == [["a"], ["c", "d"], ["e"]]
    assert len({each.headers["webhook-id"] for each in lms.received}) == 3
    assert stage.where_people_stand() == {"registered": 2, "blocked": 2, "removed": 1}
    assert PEOPLE_AT_ONCE == 500


@pytest.mark.parametrize(
    "how", [{"url": None}, {"url": "http://127.0.0.1:9/", "enabled": False}], ids=str
)
def test_without_an_address_or_validation_nobody_is_asked(
    stage: Stage, how: dict[str, Any]
) -> None:
    validate(stage, **how)
    event_with(stage, kim=True)
    stage.wait(timedelta(minutes=61).total_seconds())
    assert sweep(stage) == 1
    assert stage.tasks["ask_access"] == 0
    assert stage.event().sync.state == "in_sync"


def test_once_the_event_is_over_nobody_is_asked_any_more(stage: Stage, lms: LmsInbox) -> None:
    validate(stage, url=None)
    event_with(stage, kim=True)
    stage.wait(timedelta(minutes=61).total_seconds())
    assert sweep(stage) == 1
    stage.wait(timedelta(hours=3).total_seconds())
    validation = AccessValidation(enabled=True, check_url=lms.url)
    stage.settings.put(Settings(access_validation=validation), was_revision=1)
    stage.events.request_sync("ev-1", stage.clock.now())
    stage.synchronise()
    assert lms.received == []


def test_what_was_changed_in_zoom_by_hand_is_put_right_ahead_of_edits(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    event_with(stage, kim=True)
    stage.act(action="delete_registrant", email="kim@people.example")
    stage.wait(timedelta(minutes=61).total_seconds())
    lanes = set()
    in_lane = ZoomAccount.in_lane

    def noted(account: ZoomAccount, lane: Lane) -> ZoomAccount:
        lanes.add(lane)
        return in_lane(account, lane)

    monkeypatch.setattr(ZoomAccount, "in_lane", noted)
    assert sweep(stage) == 1
    assert set(stage.registrants()) == {"kim@people.example"}
    assert lanes == {Lane.PRE_START}


def test_an_access_that_the_lms_changes_meanwhile_wins(stage: Stage, lms: LmsInbox) -> None:
    validate(stage, url=lms.url)
    event_with(stage, kim=True)
    stage.wait(timedelta(minutes=61).total_seconds())
    decide(lms, {"user_id": "kim", "granted": False})
    replace = stage.enrollments.replace_desired
    removed: list[bool] = []

    def removed_meanwhile(old: Any, new: Any, **how: Any) -> None:
        if not removed:
            removed.append(True)
            stage.change_enrollment("kim", removed=True)
        replace(old, new, **how)

    stage.enrollments.replace_desired = removed_meanwhile  # type: ignore[method-assign]
    sweep(stage)
    assert stage.enrollment("kim").state is EnrollmentState.REMOVED
    assert stage.registrants() == {}


def test_the_changes_that_the_lms_decides_ask_for_the_work_that_follows(
    stage: Stage, lms: LmsInbox
) -> None:
    """A crash after the decision was stored loses nothing: the stream starts the work."""
    validate(stage, url=lms.url)
    event_with(stage, kim=True)
    stream = Stream()
    list(stream.changes())
    stage.wait(timedelta(minutes=61).total_seconds())
    decide(lms, {"user_id": "kim", "granted": False})
    sweep(stage)
    versions = [
        change.new["version"]
        for change in stream.changes()
        if change.new and change.new["SK"] == "USER#kim"
    ]
    assert 2 in versions
