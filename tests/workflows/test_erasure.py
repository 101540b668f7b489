"""A user who is erased: gone at Zoom, then gone here, whatever comes in between."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from lectern.api.enrollments.changes import EnrollmentChanges, enrol, erase
from lectern.domain.enrollment import Access, Person, Role
from lectern.domain.event import Status
from lectern_testing.builders import an_enrollment, an_event
from lectern_testing.stage import Stage
from lectern_testing.table import TABLE_NAME


@pytest.fixture(autouse=True)
def people(stage: Stage) -> None:
    """Kim and Sam, registered."""
    stage.events.create(an_event(now=stage.clock.now()))
    stage.enrol(an_enrollment("kim", now=stage.clock.now()))
    stage.enrol(an_enrollment("sam", now=stage.clock.now()))
    assert stage.synchronise() == "SUCCEEDED"
    stage.forget_calls()


def wishes(stage: Stage, wish: Mapping[str, Any], *, verify: bool = False) -> None:
    changes = EnrollmentChanges("ev-1", stage.events, stage.enrollments, stage.clock.now())
    changes.carry_out(wish, verify=verify)


def erases(stage: Stage, *, verify: bool = False) -> None:
    wishes(stage, {"kim": erase(stage.clock.now())}, verify=verify)


def everything_stored(stage: Stage) -> str:
    return str(stage.events._table._client.scan(TableName=TABLE_NAME)["Items"])


def test_nothing_of_the_person_is_left_here_or_in_zoom(stage: Stage) -> None:
    erases(stage)
    assert stage.synchronise() == "SUCCEEDED"

    assert stage.calls() == {"delete_meeting_registrant": 1}
    assert set(stage.registrants()) == {"sam@people.example"}
    assert "kim" not in re.sub(r"(tk|pwd|zak)=[\w-]+", "", everything_stored(stage).lower())
    assert stage.where_people_stand() == {"registered": 1}
    assert stage.event().sync.state == "in_sync"


def test_former_addresses_go_as_well(stage: Stage) -> None:
    stage.change_enrollment("kim", person=Person(email="other@people.example", first_name="Kim"))
    stage.synchronise()
    erases(stage)
    stage.synchronise()

    stored = everything_stored(stage).lower()
    assert "kim" not in re.sub(r"(tk|pwd|zak)=[\w-]+", "", stored)
    assert "other@" not in stored
    assert "sam@" in stored


def test_who_was_removed_before_is_erased_without_a_call(stage: Stage) -> None:
    stage.change_enrollment("kim", removed=True)
    stage.synchronise()
    stage.forget_calls()

    erases(stage)
    stage.synchronise()

    assert stage.calls() == {}
    assert "kim" not in re.sub(r"(tk|pwd|zak)=[\w-]+", "", everything_stored(stage).lower())


def test_in_a_cancelled_event_too(stage: Stage) -> None:
    stage.change_event(status=Status.CANCELLED)
    stage.synchronise()

    erases(stage)
    stage.synchronise()

    assert "kim" not in re.sub(r"(tk|pwd|zak)=[\w-]+", "", everything_stored(stage).lower())


def test_while_zoom_is_down_nothing_is_forgotten_that_is_needed_there(stage: Stage) -> None:
    stage.fault(operation="delete_meeting_registrant", kind="status", status=503, times=12)
    erases(stage)

    before = stage.enrollment("kim").registration
    assert before is not None
    assert stage.synchronise() == "SUCCEEDED"

    assert "kim@people.example" not in stage.registrants()
    assert "kim" not in re.sub(r"(tk|pwd|zak)=[\w-]+", "", everything_stored(stage).lower())


def test_a_registration_whose_answer_was_lost_is_found_and_removed(stage: Stage) -> None:
    """Zoom has a registrant that the ledger does not know of."""
    enrollment = stage.enrollment("kim")
    stage.enrollments.record(enrollment, state=enrollment.state, registration=None)

    erases(stage, verify=True)
    stage.synchronise()

    assert set(stage.registrants()) == {"sam@people.example"}
    assert "kim" not in re.sub(r"(tk|pwd|zak)=[\w-]+", "", everything_stored(stage).lower())


def test_who_is_enrolled_again_during_the_removal_stays_and_gets_a_link(stage: Stage) -> None:
    again = enrol(
        "ev-1", "kim",
        person=Person(email="kim@people.example", first_name="Kim"),
        role=Role.PARTICIPANT, access=Access(), now=stage.clock.now(),
    )  # fmt: skip

    def enrol_again(payload: dict[str, Any]) -> None:
        if payload["task"] == "remove_range":
            stage.before_task = lambda _payload: None
            wishes(stage, {"kim": again})

    erases(stage)
    stage.before_task = enrol_again
    assert stage.synchronise() == "SUCCEEDED"

    kim = stage.enrollment("kim")
    assert (kim.state, kim.removed, kim.erase) == ("registered", False, False)
    assert kim.registration is not None
    assert kim.registration.registrant_id == stage.registrants()["kim@people.example"]


def test_the_address_is_free_for_someone_else(stage: Stage) -> None:
    erases(stage)
    stage.synchronise()
    twin = Person(email="kim@people.example", first_name="Twin")
    stage.enrol(an_enrollment("twin", now=stage.clock.now(), person=twin))
    stage.synchronise()

    assert stage.enrollment("twin").state == "registered"
