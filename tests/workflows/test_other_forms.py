"""Zoom wants people in another form, or answers in one: nobody is sent in vain, or left out."""

from __future__ import annotations

from typing import Any

import pytest

from lectern.domain.join.decision import JoinState
from lectern.domain.meeting import Kind
from lectern_testing.on_stage.clicks import click
from lectern_testing.on_stage.crowds import (
    REGISTERING,
    an_event_of,
    another,
    kinds,
    late_comers,
    registering_calls,
    some,
    told,
)
from lectern_testing.stage import Stage


@kinds
def test_one_name_only_is_sent_in_both_places_where_zoom_wants_a_last_name(
    stage: Stage, kind: Kind
) -> None:
    stage.seed(policy={"last_name_required": True})
    an_event_of(stage, kind, *some(3), *some(14, domain="x.example", last_name="")[3:])

    stage.synchronise()

    stage.all_is_well(14)
    assert registering_calls(stage, kind) == 2
    names = {
        each["email"]: (each["first_name"], each["last_name"])
        for each in stage.zoom_meeting()["registrants"]
    }
    assert names["u-5@x.example"] == ("Kim5", "Kim5")
    assert names["u-0@people.example"] == ("Kim0", "Ng")
    stage.forget_calls()
    stage.events.request_sync("ev-1", stage.clock.now(), verify=True)
    stage.synchronise()
    assert stage.registrants().keys() == names.keys()
    assert not {name for name in stage.calls() if "delete" in name}


@kinds
def test_one_name_only_gets_in_at_a_click(stage: Stage, kind: Kind) -> None:
    stage.seed(policy={"last_name_required": True})
    late_comers(stage, kind, *some(1, last_name=""))

    assert click(stage, "u-0").state is JoinState.JOIN
    assert registering_calls(stage, kind) == 2


@kinds
def test_who_may_not_have_one_name_hears_that_it_is_the_last_name(stage: Stage, kind: Kind) -> None:
    for operation in REGISTERING[kind]:
        stage.fault(
            operation=operation,
            kind="status",
            status=400,
            body={
                "code": 300,
                "message": "Validation Failed.",
                "errors": [{"field": "last_name", "message": "Last name is required."}],
            },
            person="one@people.example",
            times=None,
        )
    one = another("one", "one@people.example", last_name="")
    an_event_of(stage, kind, *some(2), one)

    stage.synchronise()

    assert "last_name: Last name is required" in told(stage, "one")[2]
    assert stage.where_people_stand() == {"registered": 2, "failed": 1}


RECURRING = {"type": 8, "recurrence": {"type": 1, "end_times": 5}}


@pytest.mark.parametrize(
    ("kind", "changes"),
    [(Kind.MEETING, RECURRING), (Kind.WEBINAR, RECURRING | {"type": 9})],
)
def test_people_get_into_what_was_made_recurring_and_it_is_put_right(
    stage: Stage, kind: Kind, changes: dict[str, Any]
) -> None:
    late_comers(stage, kind, *some(4))
    stage.act(action=f"edit_{kind}", changes=changes)

    stage.synchronise()

    stage.all_is_well(5)
    assert stage.zoom_meeting()["type"] == (2 if kind is Kind.MEETING else 5)
    for n in range(4):
        registration = stage.enrollment(f"u-{n}").registration
        assert registration is not None
        assert registration.join_url


@pytest.mark.parametrize("kind", Kind)
def test_people_get_into_what_stays_recurring(stage: Stage, kind: Kind) -> None:
    late_comers(stage, kind, *some(4))
    stage.act(
        action=f"edit_{kind}", changes=RECURRING | ({"type": 9} if kind is Kind.WEBINAR else {})
    )
    stage.fault(
        operation=f"update_{kind}",
        kind="status",
        status=400,
        times=None,
        body={"code": 3000, "message": "No."},
    )

    stage.synchronise()

    assert len(stage.registrants()) == 5
    assert stage.where_people_stand() == {"registered": 5}


def test_a_meeting_whose_registration_was_switched_off_is_put_right(stage: Stage) -> None:
    late_comers(stage, Kind.MEETING, *some(3))
    stage.act(action="edit_meeting", changes={"type": 3})

    stage.synchronise()

    stage.all_is_well(4)


@kinds
@pytest.mark.parametrize("listed", [None, []])
def test_an_answer_that_names_nobody_is_looked_up_before_anyone_is_sent_again(
    stage: Stage, kind: Kind, listed: Any
) -> None:
    stage.fault(operation=REGISTERING[kind][0], kind="odd_values", set={"registrants": listed})
    an_event_of(stage, kind, *some(5))

    stage.synchronise()

    stage.all_is_well(5)
    assert registering_calls(stage, kind) == 1


@kinds
@pytest.mark.parametrize(
    "odd",
    [
        {"set": {"registrants[1].registrant_id": ""}},
        {"set": {"registrants[1].email": None, "registrants[1].registrant_id": None}},
        {"remove": ["registrants[1].join_url"]},
        {"set": {"registrants[1]": None}},
    ],
)
def test_one_odd_item_of_an_answer_takes_nothing_from_the_others(
    stage: Stage, kind: Kind, odd: Any
) -> None:
    stage.fault(operation=REGISTERING[kind][0], kind="odd_values", **odd)
    an_event_of(stage, kind, *some(5))

    stage.synchronise()
    stage.events.request_sync("ev-1", stage.clock.now(), verify=True)
    stage.synchronise()

    stage.all_is_well(5)
    assert registering_calls(stage, kind) == 1


@kinds
def test_a_single_answer_without_an_id_holds_up_nobody(stage: Stage, kind: Kind) -> None:
    late_comers(stage, kind, *some(1))
    if kind is Kind.MEETING:
        odd: Any = {"set": {"registrant_id": None, "id": None}}
    else:
        odd = {"set": {"registrants[0].registrant_id": None}}
    stage.fault(operation=REGISTERING[kind][kind is Kind.MEETING], kind="odd_values", **odd)

    stage.synchronise()

    stage.all_is_well(2)
    assert registering_calls(stage, kind) == 1
