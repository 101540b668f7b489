"""What is stored of attendance: whatever the order and however often."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from lectern.domain.attendance.matching import AttendanceFault, Attendee, position_of_user
from lectern.domain.attendance.presence import Sighting, Source, Span
from lectern.domain.attendance.report import ReportedStay, attendance_problem
from lectern.store.attendance import AttendanceStore
from lectern.store.instances import InstanceStore
from lectern.store.table import Table
from lectern_testing.builders import an_instance

TEN = datetime(2026, 12, 1, 10, tzinfo=UTC)
INSTANCE = an_instance(started_at=TEN)


def at(minutes: float) -> datetime:
    return TEN + timedelta(minutes=minutes)


@pytest.fixture
def instances(table: Table) -> InstanceStore:
    store = InstanceStore(table)
    store.create(INSTANCE)
    return store


@pytest.fixture
def attendance(table: Table) -> AttendanceStore:
    return AttendanceStore(table)


CAME = Sighting(joined_at=at(1), registrant_id="r-1", name="Kim")
WENT = Sighting(left_at=at(9), registrant_id="r-1")
AGAIN = Sighting(joined_at=at(11))


@pytest.mark.parametrize("order", list(itertools.permutations([CAME, WENT, AGAIN])))
def test_sightings_are_a_set_in_any_order(
    attendance: AttendanceStore, order: tuple[Sighting, ...]
) -> None:
    for sighting in [*order, *order[:2]]:
        attendance.see(INSTANCE, "16778240", sighting)
    assert attendance.stays(INSTANCE, Source.LIVE) == {"16778240": {CAME, WENT, AGAIN}}


def test_runs_and_sources_are_kept_apart(attendance: AttendanceStore) -> None:
    other = an_instance(uuid="other")
    attendance.see(INSTANCE, "1", CAME)
    attendance.see(other, "1", AGAIN)
    attendance.keep_page(INSTANCE, Source.REPORT, [ReportedStay(name="1", sighting=WENT)])
    assert attendance.stays(INSTANCE, Source.LIVE) == {"1": {CAME}}
    assert attendance.stays(INSTANCE, Source.REPORT) == {"1": {WENT}}
    assert attendance.stays(other, Source.LIVE) == {"1": {AGAIN}}

    attendance.forget_seen(INSTANCE, Source.REPORT)
    assert attendance.stays(INSTANCE, Source.REPORT) == {}
    assert attendance.stays(INSTANCE, Source.LIVE) == {"1": {CAME}}

    attendance.see(INSTANCE, "2", CAME)
    attendance.forget_seen(INSTANCE)
    assert attendance.stays(INSTANCE, Source.LIVE) == {}
    assert attendance.stays(other, Source.LIVE) == {"1": {AGAIN}}


def test_pages_of_a_report_are_kept_whole_and_once(attendance: AttendanceStore) -> None:
    stays = [
        ReportedStay(
            name=str(number % 20),
            sighting=Sighting(joined_at=at(number), left_at=at(number + 1)),
        )
        for number in range(60)
    ]
    attendance.keep_page(INSTANCE, Source.REPORT, stays[:40])
    attendance.keep_page(INSTANCE, Source.REPORT, [*stays[30:], stays[59]])
    kept = attendance.stays(INSTANCE, Source.REPORT)
    assert {each.joined_at for seen in kept.values() for each in seen} == {
        at(number) for number in range(60)
    }
    assert all(len(seen) == 3 for seen in kept.values())


def test_a_persons_time_in_each_run_is_written_by_itself(attendance: AttendanceStore) -> None:
    second = an_instance(uuid="second")
    first_time, second_time = (
        Span(joined_at=at(start), left_at=at(start + 10)) for start in (0, 100)
    )
    for instance, span in ((second, second_time), (INSTANCE, first_time), (second, second_time)):
        attendance.add(
            instance,
            Attendee(
                position=position_of_user("kim"), user_id="kim", email="k@x.example", spans=(span,)
            ),
        )
    (kim,) = attendance.everyone("ev-1")
    assert kim.spans == (first_time, second_time)
    assert attendance.page_of_user("kim", limit=10) == (["ev-1"], None)
    assert attendance.of_user("kim", ["ev-1", "ev-2"]) == {"ev-1": kim}


def test_everything_expires(attendance: AttendanceStore, instances: InstanceStore) -> None:
    attendance.see(INSTANCE, "1", CAME)
    attendance.keep_page(INSTANCE, Source.REPORT, [ReportedStay(name="1", sighting=WENT)])
    span = Span(joined_at=at(0), left_at=at(1))
    attendance.add(
        INSTANCE, Attendee(position="STRANGER#1", user_id=None, email="", name="?", spans=(span,))
    )
    items = attendance._table._client.scan(TableName=attendance._table._name)["Items"]
    assert len(items) == 4
    assert {item["ttl"]["N"] for item in items} == {str(int(INSTANCE.expires_at.timestamp()))}


class TestARun:
    def test_is_created_once(self, instances: InstanceStore) -> None:
        assert not instances.create(an_instance(started_at=at(5)))
        assert instances.get("ev-1", INSTANCE.key) == INSTANCE
        assert instances.of_event("ev-1") == [INSTANCE]
        assert instances.of_event("ev-2") == []

    def test_ends_once_and_asks_for_its_report_once(self, instances: InstanceStore) -> None:
        for moment in (at(60), at(61)):
            instances.end(INSTANCE, moment, told_at=moment, due_at=at(70), expires_at=at(1000))
        found = instances.get("ev-1", INSTANCE.key)
        assert found is not None
        assert (found.ended_at, found.round) == (at(60), 1)

    def test_is_due_until_nothing_is_left_to_do(self, instances: InstanceStore) -> None:
        instances.end(INSTANCE, at(60), told_at=at(60), due_at=at(70), expires_at=at(1000))
        ended = instances.get("ev-1", INSTANCE.key)
        assert ended is not None
        assert list(instances.due(at(70))) == []
        assert list(instances.due(at(71))) == [ended]
        assert instances.stay_at_work(ended, at(80))
        assert list(instances.due(at(71))) == []
        assert instances.finish(ended, at(75))
        assert len(list(instances.due(at(81)))) == 1
        assert instances.close(ended)
        assert list(instances.due(at(10_000))) == []

    def test_of_a_round_that_was_taken_over_can_change_nothing(
        self, instances: InstanceStore
    ) -> None:
        assert instances.ask_again(INSTANCE, at(80))
        before = instances.get("ev-1", INSTANCE.key)
        problem = attendance_problem(AttendanceFault.REPORT_MISSING)
        assert not instances.ask_again(INSTANCE, at(90))
        assert not instances.stay_at_work(INSTANCE, at(90))
        assert not instances.note_problem(INSTANCE, problem, due_at=None)
        assert not instances.finish(INSTANCE, at(90))
        assert not instances.close(INSTANCE)
        assert instances.get("ev-1", INSTANCE.key) == before

    def test_shows_its_problem_until_it_is_final(self, instances: InstanceStore) -> None:
        problem = attendance_problem(AttendanceFault.SCOPE_MISSING, "Missing: a:b:c.")
        assert instances.note_problem(INSTANCE, problem, due_at=at(90), resume_at=at(80))
        found = instances.get("ev-1", INSTANCE.key)
        assert found is not None
        assert (found.problem, found.resume_at) == (problem, at(80))
        instances.finish(found, at(95))
        final = instances.get("ev-1", INSTANCE.key)
        assert final is not None
        assert (final.problem, final.resume_at, final.final_at) == (None, None, at(95))
