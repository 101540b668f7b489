"""Every request that Lectern sends is one that Zoom's own OpenAPI document allows.

Skipped where the document is not at hand; see ``zoom_specification``.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from hypothesis import given, settings

from lectern.domain.enrollment import Person
from lectern.domain.event import AutoRecording, Host, Instructor, Options, Status
from lectern.domain.meeting import Kind, MeetingSpec
from lectern.domain.planner import meeting_spec
from lectern.domain.settings import (
    HostRules,
    InstructorsAs,
    Licence,
    MissingHost,
    Settings,
)
from lectern.zoom import sessions
from lectern.zoom.operations import OF_KIND, OPERATIONS
from lectern.zoom.payloads import create_payload, update_payload
from lectern.zoom.sessions import RegistrantStatus
from lectern_testing import strategies as some
from lectern_testing.builders import a_details, an_enrollment, an_event
from lectern_testing.on_stage.clicks import click
from lectern_testing.on_stage.logins import note_login
from lectern_testing.on_stage.sessions import an_hour, attended, settled
from lectern_testing.stage import Stage, staged
from lectern_testing.zoom.specification import ZoomSpecification, zoom_specification
from zoom_simulator import SimulatorAdapter

UNPUBLISHED = {"/accounts/me/plans/usage"}
"""Zoom's billing API is documented for partners alone."""

HOSTS = {
    Kind.MEETING: ("anna@acme.example", "bo@acme.example"),
    Kind.WEBINAR: ("wanda@acme.example", "walt@acme.example"),
}
BESIDE = {
    Kind.MEETING: {"get_user"},
    Kind.WEBINAR: {
        *("get_user", "get_user_settings"),
        *("list_panelists", "add_panelists", "delete_panelist"),
    },
}
"""What hosts and instructors take beside."""
MADE = {"create_user", "update_user", "update_user_settings", "get_plan_usage"}
"""What it takes to make a host."""
ASSISTED = {"list_assistants", "add_assistants", "delete_assistant"}
"""What assistants of the host take."""
NOT_NEEDED = {
    Kind.MEETING: set(),
    Kind.WEBINAR: {"add_webinar_registrant", "make_webinar_invite_links"},
}
"""One person is registered in a webinar by a batch of one, which can be approved at once; and
panelists have links of their own."""
NEVER_SENT = {"check_user_email"}.union(*NOT_NEEDED.values())
"""Whether a host who is missing has a user elsewhere shows when the host is made."""


class CheckingAdapter(SimulatorAdapter):
    """Checks each request before the simulator answers it.

    Attributes:
        checked: What was sent: methods and paths.
        unpublished: What was sent that Zoom's document does not have.
    """

    def __init__(self, stage: Stage, specification: ZoomSpecification) -> None:
        super().__init__(stage.world)
        self._specification = specification
        self.checked: list[tuple[str, str]] = []
        self.unpublished: list[tuple[str, str]] = []

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        parts = urlsplit(str(request.url))
        method, path = str(request.method), parts.path.removeprefix("/v2")
        body = json.loads(request.body) if request.body else None
        if path in UNPUBLISHED:
            self.unpublished.append((method, path))
        else:
            self._specification.check_request(method, path, body, dict(parse_qsl(parts.query)))
            self.checked.append((method, path))
        return super().send(request, *args, **kwargs)


@pytest.fixture
def specification() -> ZoomSpecification:
    return zoom_specification()


@pytest.fixture
def stage() -> Iterator[Stage]:
    with staged() as stage:
        yield stage


def used_operations(kind: Kind) -> set[str]:
    """The names of the operations that the client of sessions mentions."""
    tree = ast.parse(Path(sessions.__file__).read_text(encoding="utf-8"))
    return {
        getattr(OF_KIND[kind], node.attr).name
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self._operations"
    }


def denied_in_zoom_logs_in(stage: Stage, user_id: str) -> None:
    """Somebody is denied by hand, and approved again when the LMS says that they logged in."""
    stage.act(action="deny_registrant", email=f"{user_id}@people.example")
    note_login(stage, user_id)
    stage.synchronise()


def begun_and_ended(stage: Stage, kind: Kind) -> None:
    """The host begins the session, and the LMS ends it."""
    stage.act(action=f"start_{kind}")
    connection, meeting = stage.settings.connection("default"), stage.event().meeting
    assert connection is not None
    assert meeting is not None
    assert stage.dependencies.zoom(connection).sessions(kind).end(meeting.zoom_id)


@pytest.mark.parametrize("kind", Kind)
def test_a_life_of_an_event_sends_only_what_zoom_takes(
    stage: Stage, specification: ZoomSpecification, kind: Kind
) -> None:
    adapter = CheckingAdapter(stage, specification)
    stage.session.mount(f"{stage.world.base_url}/v2", adapter)
    everything = Options(
        waiting_room=True,
        passcode="Abc@_*-1",
        auto_recording=AutoRecording.LOCAL,
        mute_upon_entry=False,
        require_sign_in=True,
        zoom_emails=True,
    )
    first, second = (Host(user_id=email, email=email) for email in HOSTS[kind])
    cleo = Instructor(user_id="cleo", email="cleo@acme.example", name="Cleo")
    details = a_details(kind=kind, host=first, instructors=(cleo,))
    stage.events.create(an_event(now=stage.clock.now(), details=details))
    stage.enrol(*(an_enrollment(f"u-{n:02}") for n in range(31)))
    # The answer to the creation is lost, so the host's meetings are looked through.
    stage.fault(operation=f"create_{kind}", kind="cut_after")
    stage.synchronise()

    assert click(stage, "cleo").url
    start = stage.event().details.starts_at + timedelta(hours=1)
    changes: dict[str, Any] = {"starts_at": start, "options": everything, "instructors": ()}
    stage.change_details(title="Other", timezone="UTC", **changes)
    person = Person(email="other@people.example", first_name="Ot", last_name="Her")
    stage.change_enrollment("u-00", person=person)
    stage.change_enrollment("u-01", removed=True)
    stage.events.request_sync("ev-1", stage.clock.now(), verify=True)
    stage.synchronise()
    denied_in_zoom_logs_in(stage, "u-02")
    begun_and_ended(stage, kind)
    stage.change_details(host=second)
    stage.synchronise()
    assert len(stage.registrants()) == 30
    stage.change_event(status=Status.CANCELLED)
    stage.synchronise()

    assert stage.open_meetings() == {}
    assert set(stage.calls()) == (used_operations(kind) | BESIDE[kind]) - NOT_NEEDED[kind]
    assert len(adapter.checked) == stage.calls().total()


ATTENDANCE = {
    Kind.MEETING: {"report_meeting_participants", "get_past_meeting"},
    Kind.WEBINAR: {"report_webinar_participants", "list_past_webinar_participants"},
}


@pytest.mark.parametrize("kind", Kind)
def test_attendance_is_read_as_zoom_takes_it(
    stage: Stage, specification: ZoomSpecification, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In pages, by a UUID with slashes; of a webinar also without a report."""
    monkeypatch.setattr("lectern.zoom.reports.PAGE_SIZE", 3)
    stage.seed(uuids_with_slashes=True)
    first, _ = HOSTS[kind]
    details = a_details(kind=kind, host=Host(user_id="u-host", email=first))
    stage.events.create(an_event(now=stage.clock.now(), details=details))
    stage.enrol(*(an_enrollment(f"u-0000{n}") for n in range(2)))
    stage.synchronise()
    stage.forget_calls()
    adapter = CheckingAdapter(stage, specification)
    stage.session.mount(f"{stage.world.base_url}/v2", adapter)
    empty = {"kind": "status", "status": 200, "body": {"participants": []}, "times": None}
    stage.fault(operation="report_webinar_participants", **empty)

    settled(stage, an_hour(stage))

    assert attended(stage)["u-00000"] == 30
    assert set(stage.calls()) == ATTENDANCE[kind]
    assert len(adapter.checked) == stage.calls().total()


def test_a_host_who_is_made_and_licensed_sends_only_what_zoom_takes(
    stage: Stage, specification: ZoomSpecification
) -> None:
    adapter = CheckingAdapter(stage, specification)
    stage.session.mount(f"{stage.world.base_url}/v2", adapter)
    rules = HostRules(missing_host=MissingHost.CREATE_SSO, licence=Licence.ASSIGN)
    stage.settings.put(Settings(hosts=rules), was_revision=0)
    host = Host(user_id="new", email="new@acme.example")
    details = a_details(kind=Kind.WEBINAR, host=host)

    stage.events.create(an_event(now=stage.clock.now(), details=details))
    stage.enrol(an_enrollment("u-1"))
    stage.synchronise()

    stage.all_is_well(1)
    assert set(stage.calls()) >= MADE
    assert len(adapter.unpublished) == 1
    assert len(adapter.checked) + 1 == stage.calls().total()


def test_assistants_are_made_and_taken_away_as_zoom_takes_it(
    stage: Stage, specification: ZoomSpecification
) -> None:
    adapter = CheckingAdapter(stage, specification)
    stage.session.mount(f"{stage.world.base_url}/v2", adapter)
    rules = HostRules(instructors_as=InstructorsAs.ASSISTANTS)
    stage.settings.put(Settings(hosts=rules), was_revision=0)
    cleo = Instructor(user_id="cleo", email="cleo@acme.example", name="Cleo")
    details = a_details(instructors=(cleo,))
    stage.events.create(an_event(now=stage.clock.now(), details=details))
    stage.synchronise()

    stage.change_details(instructors=())
    stage.synchronise()

    assert set(stage.calls()) >= ASSISTED
    assert len(adapter.checked) == stage.calls().total()


def test_what_is_sent_on_rare_days_is_what_zoom_takes(
    stage: Stage, specification: ZoomSpecification
) -> None:
    """An invitation by e-mail, how many people meetings hold, a meeting out of the bin."""
    adapter = CheckingAdapter(stage, specification)
    stage.session.mount(f"{stage.world.base_url}/v2", adapter)
    connection = stage.settings.connection("default")
    assert connection is not None
    zoom = stage.dependencies.zoom(connection)
    meetings = zoom.sessions(Kind.MEETING)

    zoom.users.create("new@acme.example", by_sso=False)
    assert zoom.users.find("new@acme.example").status == "pending"
    host = zoom.users.find("anna@acme.example")
    assert zoom.users.meeting_capacity(host.id) == 300
    made = meetings.create(host.id, meeting_spec(a_details(), Settings(), "passcode"))
    meetings.delete(made.id, tell_people=False)
    meetings.recover(made.id)

    assert meetings.read(made.id).id == made.id
    assert len(adapter.checked) == stage.calls().total()


def test_every_operation_is_checked_here_or_not_sent() -> None:
    checked = MADE | ASSISTED
    for kind in Kind:
        checked |= (used_operations(kind) | BESIDE[kind] | ATTENDANCE[kind]) - NOT_NEEDED[kind]

    assert {each.name for each in OPERATIONS} - checked == NEVER_SENT


@pytest.mark.parametrize("kind", Kind)
@settings(max_examples=25, deadline=None)
@given(spec=some.specs)
def test_any_session_is_created_and_patched_as_zoom_takes_it(kind: Kind, spec: MeetingSpec) -> None:
    specification = zoom_specification()
    made = create_payload(kind, spec)
    specification.check_request("POST", f"/users/anna@acme.example/{kind}s", made)
    for name in MeetingSpec.model_fields:
        changed = update_payload(kind, spec, [name])
        specification.check_request("PATCH", f"/{kind}s/1", changed)


@pytest.mark.parametrize("kind", Kind)
def test_second_pages_are_asked_for_as_zoom_takes_it(
    specification: ZoomSpecification, kind: Kind
) -> None:
    query = {"page_size": "300", "next_page_token": "w7587w4eiyfsudgf"}

    specification.check_request("GET", f"/users/u/{kind}s", query={"type": "scheduled", **query})
    for status in get_args(RegistrantStatus):
        people = {"status": status, **query}
        specification.check_request("GET", f"/{kind}s/1/registrants", query=people)


def test_a_session_with_the_longest_texts_is_taken(specification: ZoomSpecification) -> None:
    details = a_details(title="x" * 200, description="x" * 2000, duration_minutes=1440)
    spec = MeetingSpec(
        topic=details.title,
        agenda=details.description,
        starts_at=details.starts_at,
        duration_minutes=details.duration_minutes,
        timezone=details.timezone,
        passcode="x" * 10,
    )

    for kind in Kind:
        made = create_payload(kind, spec)
        specification.check_request("POST", f"/users/u/{kind}s", made)
