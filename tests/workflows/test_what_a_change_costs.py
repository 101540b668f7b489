"""A change costs what changed: who has nothing to be done is not read, however many there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import pytest

from lectern.domain.enrollment import Access, EnrollmentState
from lectern.domain.problems import EnrollmentProblem
from lectern.store.keys import Key
from lectern.store.table import Table
from lectern_testing.builders import an_enrollment
from lectern_testing.on_stage.clicks import click
from lectern_testing.on_stage.logins import note_login
from lectern_testing.stage import Stage

STEPS = ("take_lease", "ensure_meeting", "ensure_instructors", "plan_people", "finish")


class Reads:
    """Notes which enrollments and claims are read from the table, and what is looked for in it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.users: Counter[str] = Counter()
        self.claims: Counter[str] = Counter()
        self.prefixes: Counter[str] = Counter()
        self._note(monkeypatch, "get_many", lambda keys: [each["SK"] for each in keys])
        page = Table.query

        def query(table: Table, *args: object, **options: object) -> object:
            found = page(table, *args, **options)  # type: ignore[arg-type]
            self.prefixes[args[0].values.get(":prefix", "")] += 1  # type: ignore[attr-defined]
            if not options.get("index"):
                self._count(item["SK"] for item in found.items)
            return found

        monkeypatch.setattr(Table, "query", query)

    def _note(self, monkeypatch: pytest.MonkeyPatch, name: str, keys_of: object) -> None:
        done = getattr(Table, name)

        def noted(table: Table, keys: object) -> object:
            wanted = list(keys)  # type: ignore[call-overload]
            self._count(each["SK"] for each in wanted)
            return done(table, wanted)

        monkeypatch.setattr(Table, name, noted)

    def _count(self, sort_keys: object) -> None:
        for key in sort_keys:  # type: ignore[attr-defined]
            self.users.update([key] if key.startswith("USER#") else [])
            self.claims.update([key] if key.startswith("EMAIL#") else [])


def test_one_late_enrolment_is_one_task_and_reads_nobody_else(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.synchronised_event(40)
    stage.clock.advance(stage.dependencies.fold)
    stage.tasks.clear()
    stage.waits.clear()
    reads = Reads(monkeypatch)

    stage.enrol(an_enrollment("late", now=stage.clock.now()))
    assert stage.synchronise() == "SUCCEEDED"

    assert set(reads.users) == {"USER#late"}
    assert stage.tasks["reconcile"] == 1
    assert stage.machines.entered() == ["Reconcile"]
    assert stage.waits == []
    monkeypatch.undo()
    stage.all_is_well(41)


def test_one_removal_and_one_flip_of_access_read_nobody_else(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.synchronised_event(40)
    stage.change_details(access_validation=True)
    stage.synchronise()
    stage.clock.advance(stage.dependencies.fold)
    stage.waits.clear()
    reads = Reads(monkeypatch)

    stage.change_enrollment("u-00007", removed=True)
    stage.change_enrollment("u-00009", access=Access(granted=False))
    stage.tasks.clear()
    assert stage.synchronise() == "SUCCEEDED"

    assert set(reads.users) == {"USER#u-00007", "USER#u-00009"}
    assert stage.tasks["reconcile"] == 1
    assert stage.waits == []
    monkeypatch.undo()
    assert stage.where_people_stand() == {"registered": 38, "removed": 1, "blocked": 1}


def test_who_has_to_be_looked_up_is_read_where_somebody_logged_in_alone(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.synchronised_event(2)
    reads = Reads(monkeypatch)

    stage.enrol(an_enrollment("late", now=stage.clock.now()))
    stage.synchronise()
    assert reads.prefixes["LOOKUP#"] == 0

    note_login(stage, "late")
    stage.forget_calls()
    stage.synchronise()
    assert reads.prefixes["LOOKUP#"] == 1
    assert stage.calls() == {"get_meeting_registrant": 1}
    assert not stage.event().sync.look_up


def test_an_address_that_was_claimed_before_is_not_read(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The claim that fails tells what was sent of it."""
    stage.synchronised_event(2)
    stage.change_details(access_validation=True)
    stage.change_enrollment("u-00001", access=Access(granted=False))
    stage.synchronise()
    reads = Reads(monkeypatch)

    stage.change_enrollment("u-00001", access=Access(granted=True))
    stage.synchronise()

    assert reads.claims == {}
    sends = stage.enrollments.sends.get_many("ev-1", ["u-00001@people.example"])
    assert [each.count for each in sends.values()] == [2]


def test_a_removal_has_others_tried_again_only_where_somebody_failed(stage: Stage) -> None:
    stage.seed(registrant_capacity=3)
    stage.event_with_people(4)
    stage.synchronise()
    assert stage.where_people_stand() == {"registered": 3, "failed": 1}
    rounds = []
    for user in ("u-00000", "u-00001"):
        rounds.append(stage.event().sync.retry_round)
        stage.change_enrollment(user, removed=True)
        stage.synchronise()
    assert stage.where_people_stand() == {"registered": 2, "removed": 2}
    assert rounds == [0, 1]
    assert stage.event().sync.retry_round == 1


def test_who_is_refused_while_others_may_leave_is_tried_once_more(stage: Stage) -> None:
    """Whoever removes people may have looked for those who failed a moment before."""
    stage.seed(registrant_capacity=1)
    stage.synchronised_event(1)
    stage.enrol(an_enrollment("late", now=stage.clock.now()))
    now = stage.clock.now()
    stage.leases.take_lease("ev-1", "another", now, now + stage.dependencies.lease_for)
    assert click(stage, "late").reason is EnrollmentProblem.CAPACITY_REACHED
    stage.forget_calls()
    stage.clock.advance(stage.dependencies.lease_for)
    assert stage.synchronise() == "SUCCEEDED"
    assert stage.calls() == {"add_meeting_registrant": 1}
    assert not stage.event().sync.is_due


def test_another_title_reads_nobody(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.synchronised_event(40)
    reads = Reads(monkeypatch)

    stage.change_details(title="Another")
    assert stage.synchronise() == "SUCCEEDED"

    assert reads.users == {}
    assert stage.zoom_meeting()["topic"] == "Another"


def test_what_concerns_all_reads_everybody(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.synchronised_event(40)
    stage.settings.get()
    reads = Reads(monkeypatch)

    details = stage.event().details
    stage.change_details(host=details.host.model_copy(update={"email": "bo@acme.example"}))
    assert stage.synchronise() == "SUCCEEDED"

    assert len(reads.users) == 40
    monkeypatch.undo()
    stage.all_is_well(40)


def test_changes_soon_after_a_round_are_one_and_the_first_is_not_waited_for(stage: Stage) -> None:
    stage.event_with_people(1)
    stage.waits.clear()
    stage.synchronise()
    assert stage.waits == []

    for n in range(5):
        stage.change_details(title=f"Title {n}")
    stage.synchronise()

    assert sum(stage.waits) == pytest.approx(stage.dependencies.fold.total_seconds(), abs=0.5)
    assert stage.calls()["update_meeting"] == 1
    assert stage.zoom_meeting()["topic"] == "Title 4"


@pytest.mark.parametrize(
    ("count", "together", "waited"),
    [(1, 1, 2), (4, 4, 8), (99, 6, 10)],
    ids=["one", "several", "no end"],
)
def test_changes_that_keep_coming_are_waited_for_and_not_for_ever(
    stage: Stage, count: int, together: int, waited: float
) -> None:
    """One comes with each wait; the execution that waits is the only one."""
    stage.synchronised_event(1)
    stage.forget_calls()
    coming = iter(range(1, count))

    def sleep(seconds: float) -> None:
        stage.wait(seconds)
        n = next(coming, None)
        if n is not None:
            stage.enrol(an_enrollment(f"late-{n}", now=stage.clock.now()))

    stage.dependencies = replace(stage.dependencies, sleep=sleep)
    stage.enrol(an_enrollment("late-0", now=stage.clock.now()))
    assert stage.synchronise() == "SUCCEEDED"

    stage.all_is_well(1 + together)
    calls = stage.calls()
    assert calls["add_meeting_registrant"] + calls["batch_meeting_registrants"] == 1
    assert sum(stage.waits) == pytest.approx(waited, abs=1)
    assert max(stage.waits) <= stage.dependencies.fold.total_seconds()


def test_a_person_whom_two_registered_with_different_outcomes_is_decided_anew(
    stage: Stage,
) -> None:
    """A click may note a registrant of somebody whom the workflow has found blocked since."""
    stage.synchronised_event(1)
    stage.change_details(access_validation=True)
    stage.synchronise()
    as_read = stage.enrollment("u-00000")
    stage.change_enrollment("u-00000", access=Access(granted=False))
    stage.synchronise()
    assert stage.where_people_stand() == {"blocked": 1}
    registration = as_read.registration
    assert registration is not None
    unregistered = as_read.model_copy(update={"registration": None})

    shifts = stage.enrollments.record(
        unregistered, state=EnrollmentState.REGISTERED, registration=registration
    )
    stage.events.request_sync("ev-1", stage.clock.now(), shifts=shifts)
    assert stage.where_people_stand() == {"pending": 1}
    stage.synchronise()

    assert stage.where_people_stand() == {"blocked": 1}
    assert stage.enrollment("u-00000").registration is None


def test_an_address_that_nobody_had_is_one_write_and_no_read(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is claimed and noted as being sent at once."""
    written, read = Counter[str](), Counter[str]()
    update, get_many = Table.update, Table.get_many

    def updated(table: Table, key: Key, *args: object, **options: object) -> object:
        written[key["SK"]] += 1
        return update(table, key, *args, **options)  # type: ignore[arg-type]

    def got(table: Table, keys: Iterable[Key]) -> object:
        wanted = list(keys)
        read.update(each["SK"] for each in wanted)
        return get_many(table, wanted)

    stage.event_with_people(5)
    monkeypatch.setattr(Table, "update", updated)
    monkeypatch.setattr(Table, "get_many", got)
    stage.synchronise()
    monkeypatch.undo()

    claims = {key: times for key, times in written.items() if key.startswith("EMAIL#")}
    assert len(claims) == 5
    assert set(claims.values()) == {1}
    assert not any(key.startswith("EMAIL#") for key in read)
    stage.all_is_well(5)
