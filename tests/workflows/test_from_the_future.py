"""All that is read has fields that nobody knows: items, inputs of tasks, and Zoom's answers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lectern.domain.enrollment import Role
from lectern.domain.errors import Unfinished
from lectern.domain.meeting import Kind
from lectern.domain.settings import HostRules, InstructorsAs
from lectern.sync import rounds
from lectern_testing.builders import an_enrollment
from lectern_testing.on_stage.clicks import click
from lectern_testing.on_stage.instructors import BO, GUEST, WANDA, again, panelists, synchronised
from lectern_testing.on_stage.newer_version import bring_future
from lectern_testing.on_stage.sessions import an_event_at_zoom, an_hour, attended, settled, state
from lectern_testing.stage import Stage
from lectern_testing.unknown_fields import FIELD

KINDS = list(Kind)


@pytest.mark.parametrize("kind", KINDS)
def test_an_event_is_brought_in_line_verified_moved_and_cancelled(stage: Stage, kind: Kind) -> None:
    bring_future(stage)
    teacher = an_enrollment("u-teacher", now=stage.clock.now(), role=Role.INSTRUCTOR)
    student = an_enrollment("u-student", now=stage.clock.now())

    synchronised(stage, teacher, student, kind=kind, host=WANDA, instructors=(BO, GUEST))
    calls = stage.calls()
    again(stage, verify=True)
    stage.change_details(title="Another")
    assert stage.synchronise() == "SUCCEEDED"

    assert (stage.event().sync.state, stage.event().sync.problem) == ("in_sync", None)
    assert stage.zoom_meeting()["topic"] == "Another"
    assert stage.where_people_stand()["registered"] == 2
    assert "u-student@people.example" in stage.registrants()
    assert calls[f"create_{kind}"] == 1
    assert calls[f"update_{kind}"] == 0
    if kind is Kind.WEBINAR:
        assert len(panelists(stage)) == 3
    assert click(stage, "u-student").url

    stage.change_event(status="cancelled")
    assert stage.synchronise() == "SUCCEEDED"
    assert stage.open_meetings() == {}


def test_assistants_of_the_host_are_found_and_made(stage: Stage) -> None:
    settings, revision = stage.settings.get()
    rules = HostRules(instructors_as=InstructorsAs.ASSISTANTS)
    stage.settings.put(settings.model_copy(update={"hosts": rules}), was_revision=revision)
    bring_future(stage)

    synchronised(stage, instructors=(BO,))

    assert stage.event().sync.problem is None
    assert stage.calls()["add_assistants"] == 1


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_attendance_is_settled(stage: Stage, kind: Kind, *, told: bool) -> None:
    bring_future(stage)
    an_event_at_zoom(stage, kind, WANDA.email)

    instance = an_hour(stage)
    settled(stage, instance)

    assert state(stage) == "final"
    assert attended(stage)["u-00000"] == 30


def test_what_a_newer_version_wrote_beside_the_fields_of_an_event_stays(stage: Stage) -> None:
    stage.event_with_people(1)
    client, name = stage.table._client, stage.table._name
    for item in client.scan(TableName=name)["Items"]:
        client.put_item(TableName=name, Item={**item, FIELD: {"S": "kept"}})
    marked = {(each["PK"]["S"], each["SK"]["S"]) for each in client.scan(TableName=name)["Items"]}

    assert stage.synchronise() == "SUCCEEDED"
    stage.events.request_sync("ev-1", stage.clock.now(), verify=True)
    assert stage.synchronise() == "SUCCEEDED"

    found = {
        (item["PK"]["S"], item["SK"]["S"]): item.get(FIELD)
        for item in client.scan(TableName=name)["Items"]
    }
    lost = {key for key in marked if key in found and found[key] != {"S": "kept"}}
    assert lost == set()


def test_an_execution_of_a_former_version_is_answered_what_comes_next(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits for as long as a day, and catches no error that it does not know."""
    monkeypatch.setattr(rounds, "_LONG_ENOUGH", timedelta())
    stage.event_with_people(1)
    reconcile, task = stage.functions["event-sync"], {"task": "reconcile", "event_id": "ev-1"}

    former = reconcile({**task, "owner": "one"})
    assert isinstance(former, rounds.Result)
    assert former.outcome is rounds.Outcome.AGAIN
    with pytest.raises(Unfinished, match='"outcome":"again"'):
        reconcile(
            {
                **task,
                "owner": "one",
                "progress": former.progress.model_dump(mode="json"),
                "raises_unfinished": True,
            }
        )
