"""Many people who are changed at once are found by reading everyone: no index has them."""

from __future__ import annotations

from datetime import UTC

import pytest

from lectern.api.enrollments import changes
from lectern.domain.enrollment import Person
from lectern.domain.limits.attempts import DailyAttempts
from lectern.domain.limits.budget import REGISTRATIONS_A_DAY
from lectern.domain.problems import EventProblem
from lectern.domain.scopes import SCOPES
from lectern.store import keys
from lectern.sync.triggers.start import StreamBatch
from lectern_testing.builders import an_enrollment
from lectern_testing.on_stage.waiting_executions import once
from lectern_testing.stage import Stage

MANY = 12
TOKEN_SECONDS = 3600
"""Zoom: ``expires_in`` of a token, which goes on having the scopes that it was given."""


def enrol_many(stage: Stage) -> None:
    now = stage.clock.now()
    stage.enrol(*(an_enrollment(f"m-{n:05}", now=now) for n in range(MANY)))


def in_index(stage: Stage) -> list[str]:
    return [each.user_id for each in stage.enrollments.page_of_due("ev-1", limit=1000).items]


def test_many_come_in_without_having_been_in_an_index(stage: Stage) -> None:
    stage.synchronised_event(2)
    assert stage.event().sync.basis is not None

    enrol_many(stage)
    assert (in_index(stage), stage.event().sync.basis) == ([], None)

    assert stage.synchronise() == "SUCCEEDED"
    stage.all_is_well(2 + MANY)
    assert (in_index(stage), stage.event().sync.basis is None) == ([], False)


@pytest.mark.parametrize(("few", "marked"), [(60, []), (2, ["late"])])
def test_who_comes_one_after_the_other_is_in_no_index_of_a_small_event(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, few: int, marked: list[str]
) -> None:
    """While an execution is at work, which waits for those who follow."""
    monkeypatch.setattr(changes, "_FEW", few)
    stage.synchronised_event(2)
    seen: list[list[str]] = []

    def enrol_another() -> None:
        stage.enrol(an_enrollment("late", now=stage.clock.now()))
        seen.append(in_index(stage))

    stage.before_task = once("plan_people", enrol_another)
    stage.enrol(an_enrollment("first", now=stage.clock.now()))
    assert in_index(stage) == ["first"], "nobody was at work"
    stage.synchronise()

    assert seen == [sorted([*marked, "first"])]
    stage.all_is_well(4)
    assert in_index(stage) == []


def test_who_comes_while_everyone_is_to_be_read_is_in_no_index(stage: Stage) -> None:
    stage.event_with_people(1)
    stage.enrol(an_enrollment("late", now=stage.clock.now()))
    assert in_index(stage) == []
    stage.synchronise()
    stage.all_is_well(2)


def test_those_who_are_few_beside_the_others_are_found_by_the_index(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "_READ_FOR_A_MARK", 1)
    stage.synchronised_event(MANY + 1)
    basis = stage.event().sync.basis

    enrol_many(stage)
    assert (len(in_index(stage)), stage.event().sync.basis) == (MANY, basis)

    stage.synchronise()
    stage.all_is_well(MANY + 1 + MANY)


def test_few_who_are_changed_among_many_who_are_named_are_found_by_the_index(
    stage: Stage,
) -> None:
    stage.synchronised_event(MANY)
    basis = stage.event().sync.basis
    now = stage.clock.now()
    batch = changes.EnrollmentChanges("ev-1", stage.events, stage.enrollments, now)
    batch.check_event(takes_people=True)
    wishes = {f"u-{n:05}": changes.set_person(as_they_are, now) for n in range(MANY)}

    batch.carry_out({**wishes, "u-00003": changes.set_person(called_kim, now)})

    assert (in_index(stage), stage.event().sync.basis) == (["u-00003"], basis)


def as_they_are(person: Person) -> Person:
    return person


def called_kim(person: Person) -> Person:
    return person.model_copy(update={"first_name": "Kim"})


def test_a_request_that_died_before_it_asked_loses_none_of_many(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.synchronised_event(2)
    with monkeypatch.context() as dying:
        dying.setattr(stage.events, "request_sync", die)
        with pytest.raises(ConnectionError):
            enrol_many(stage)
    assert not stage.event().sync.is_due

    batch = StreamBatch(stage.events, NoStarter(), stage.clock.now, stage.wait)  # type: ignore[arg-type]
    for n in range(MANY):
        item = stage.table.get(keys.enrollment("ev-1", f"m-{n:05}"))
        assert item is not None
        batch.changed(str(n), None, item)
    assert batch.start() == []
    stage.synchronise()

    assert len(stage.registrants()) == 2 + MANY
    assert in_index(stage) == []


@pytest.mark.parametrize("step", ["plan_people", "plan_page", "finish"])
def test_many_who_come_while_others_are_worked_on_are_not_passed_over(
    stage: Stage, step: str
) -> None:
    stage.synchronised_event(2)
    stage.before_task = once(step, lambda: enrol_many(stage))
    stage.enrol(an_enrollment("late", now=stage.clock.now()))

    assert stage.synchronise() == "SUCCEEDED"

    stage.all_is_well(3 + MANY)


def test_one_of_many_who_has_to_wait_is_found_again(stage: Stage) -> None:
    """Zoom takes no more of that address today; all others go on."""
    stage.synchronised_event(2)
    meeting = stage.event().meeting
    assert meeting is not None
    today = stage.clock.now().astimezone(UTC).date()
    used_up = DailyAttempts(zoom_id=meeting.zoom_id, day=today, count=REGISTRATIONS_A_DAY)
    stage.enrollments.sends.claim("ev-1", "m-00003@people.example", "m-00003", used_up)
    stage.waits.clear()

    enrol_many(stage)
    assert stage.synchronise() == "SUCCEEDED"

    assert max(stage.waits) > 1
    stage.all_is_well(2 + MANY)


def test_many_whom_their_event_holds_up_are_found_once_it_is_put_right(stage: Stage) -> None:
    stage.synchronised_event(2)
    granted = [scope.name for scope in SCOPES]
    stage.seed(scopes=[name for name in granted if "registrant" not in name])
    stage.wait(TOKEN_SECONDS)

    enrol_many(stage)
    stage.synchronise()
    problem = stage.event().sync.problem
    assert problem is not None
    assert (problem.code, stage.event().sync.basis) == (EventProblem.SCOPE_MISSING, None)

    stage.seed(scopes=granted)
    stage.wait(TOKEN_SECONDS)
    stage.events.request_sync("ev-1", stage.clock.now())
    stage.synchronise()
    stage.all_is_well(2 + MANY)


def die(*_args: object, **_how: object) -> None:
    raise ConnectionError


class NoStarter:
    """Stands for Step Functions, which the test itself is."""

    def start(self, event: object) -> None:
        """Starts nothing."""
