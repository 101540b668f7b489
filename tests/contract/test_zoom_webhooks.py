"""The simulator's webhooks are as Zoom's own document and its example payloads have them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from lectern_testing.zoom.document import DOCUMENTS
from lectern_testing.zoom.simulated_account import HOST
from lectern_testing.zoom.specification import SpecificationError, WebhookSpecification
from lectern_testing.zoom.webhook_endpoint import TellingZoom

EMAIL = "sam@students.example"
EXAMPLES = DOCUMENTS / "webhooks"
EVENTS_OF_BOTH = (
    "created",
    "updated",
    "deleted",
    "recovered",
    "permanently_deleted",
    "started",
    "ended",
    "participant_joined",
    "participant_left",
    "registration_created",
    "registration_approved",
    "registration_cancelled",
    "registration_denied",
)


@pytest.fixture
def specification() -> WebhookSpecification:
    return WebhookSpecification.at_hand()


@cache
def everything_told(what: str) -> tuple[dict[str, Any], ...]:
    """All that is told of a session in whose life everything happens."""
    zoom = TellingZoom(what, users=[{"email": HOST, "webinar_capacity": 500}])
    session = zoom._create(
        what,
        zoom.host,
        {"agenda": "One", "password": "abc123", "tracking_fields": [{"field": "a", "value": "b"}]},
    )
    changes = {
        "topic": "Geometry",
        "agenda": "Two",
        "duration": 30,
        "timezone": "Europe/Berlin",
        "start_time": "2030-04-01T10:00:00",
        "password": "xyz",
        "settings": {"approval_type": 0, "auto_recording": "cloud", "host_video": True},
    }
    zoom.by_hand(f"edit_{zoom.kind}", session, changes=changes)
    zoom.by_hand(f"edit_{zoom.kind}", session, changes={"settings": {"approval_type": 1}})
    zoom.by_hand("self_register", session, email=EMAIL, first_name="Sam", last_name="Ek")
    for action in ("approve", "cancel", "deny", "approve", "deny", "approve"):
        zoom.by_hand(f"{action}_registrant", session, email=EMAIL)
    zoom.register(session["id"], "full@x.example", of=what, city="Lund", org="Org", comments="?")
    zoom.by_hand(f"start_{zoom.kind}", session)
    zoom.by_hand("participant_joined", session, email=EMAIL)
    zoom.by_hand("participant_joined", session, name="Jo")
    zoom.by_hand("participant_left", session, person=EMAIL)
    zoom.by_hand(f"end_{zoom.kind}", session)
    zoom.by_hand(f"delete_{zoom.kind}", session)
    zoom.by_hand(f"recover_{zoom.kind}", session)
    other = zoom._create(what, zoom.host, {"topic": "To be converted"})
    zoom.act("change_user", email="bo@acme.example", webinar_capacity=500)
    zoom.by_hand(f"transfer_{zoom.kind}", other, to="bo@acme.example")
    into = "webinar" if zoom.kind == "meeting" else "meeting"
    zoom.by_hand(f"convert_to_{into}", other)
    zoom.by_hand(f"delete_{zoom.kind}", session)
    told = zoom.told()
    zoom.later(days=7)
    return (*told, *zoom.told())


@pytest.mark.parametrize("what", ["meetings", "webinars"])
def test_everything_is_told_as_documented(specification: WebhookSpecification, what: str) -> None:
    told = everything_told(what)
    kind = what.removesuffix("s")
    converted = {"meeting": "converted_to_webinar", "webinar": "converted_to_meeting"}
    expected = {f"{kind}.{name}" for name in (*EVENTS_OF_BOTH, converted[kind])}
    assert {event["event"] for event in told} == expected
    for event in told:
        specification.check(event)


def test_every_event_that_is_documented_is_sent(specification: WebhookSpecification) -> None:
    sent = {event["event"] for what in ("meetings", "webinars") for event in everything_told(what)}
    assert sent == specification.events


@pytest.mark.parametrize("kind", [1, 2, 3, 8])
def test_meetings_of_every_type_are_told_as_documented(
    specification: WebhookSpecification, kind: int
) -> None:
    fields = {"recurrence": {"type": 2, "weekly_days": "2", "end_times": 3}} if kind == 8 else {}
    zoom = TellingZoom("meetings")
    session = zoom._create("meetings", HOST, {"type": kind, "settings": {"use_pmi": True}} | fields)
    zoom.by_hand("edit_meeting", session, changes={"topic": "Geometry"})
    zoom.by_hand("start_meeting", session)
    zoom.by_hand("end_meeting", session)
    zoom.by_hand("delete_meeting", session)
    told = zoom.told()
    assert len(told) == 7
    for event in told:
        specification.check(event)


@pytest.mark.parametrize("what", ["meetings", "webinars"])
def test_every_field_has_the_type_that_it_has_in_zooms_example(what: str) -> None:
    for event in everything_told(what):
        assert list(_other_types(event, _example(event["event"]), event["event"])) == []


def _example(event: str) -> Any:
    file = EXAMPLES / f"{event}.json"
    if not file.is_file():
        pytest.skip("Zoom's example payloads are not here")
    return json.loads(file.read_text(encoding="utf-8"))


def _other_types(ours: Any, example: Any, place: str) -> Iterator[Any]:
    """Where a field is in both, but is a number in one and a text in the other, or the like."""
    if isinstance(ours, dict) and isinstance(example, dict):
        for name in ours.keys() & example.keys():
            yield from _other_types(ours[name], example[name], f"{place}.{name}")
    elif type(ours) is not type(example):
        yield place


@pytest.mark.parametrize(
    "spoil",
    [
        lambda event: event.pop("event_ts"),
        lambda event: event["payload"]["object"].update(id="1"),
        lambda event: event["payload"]["object"].update(surprise=True),
        lambda event: event["payload"]["object"]["registrant"].pop("join_url"),
        lambda event: event["payload"]["object"]["registrant"].update(email="nobody"),
    ],
)
def test_the_checker_finds_what_is_wrong(
    specification: WebhookSpecification, spoil: Callable[..., Any]
) -> None:
    good = next(e for e in everything_told("meetings") if "registration_created" in e["event"])
    event = json.loads(json.dumps(good))
    specification.check(event)
    spoil(event)
    with pytest.raises(SpecificationError):
        specification.check(event)
