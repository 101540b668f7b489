"""People and secrets stay out of logs, of error texts, and of what goes through the state machine.

Logging is as it is in Lambda with ``LogLevel: DEBUG``: Lectern's own loggers at DEBUG, those of
libraries as they are.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import TypeAdapter

from lectern.attendance.tasks import TASK as ATTENDANCE_TASK
from lectern.domain.enrollment import Person
from lectern.domain.event import Host, Instructor, LeadTime, Options
from lectern.domain.meeting import Kind
from lectern.domain.settings import AccessValidation, Settings
from lectern.sync.tasks import TASK
from lectern_testing.builders import a_details, an_enrollment, an_event
from lectern_testing.on_stage.logins import note_login
from lectern_testing.on_stage.sessions import HeldSession
from lectern_testing.stage import Stage

HOST = "anna@acme.example"
PASSCODE = "Pa55-code"
CHECK_URL = "http://127.0.0.1:9/hooks/known-to-nobody"
PEOPLE = [
    Person(email="zebulon@secret.example", first_name="Zebulon", last_name="Quixote"),
    Person(email="philippa@secret.example", first_name="Philippa", last_name="Xanthopoulos"),
    Person(email="no-address-of-wilhelmina", first_name="Wilhelmina", last_name="Yggdrasil"),
]
PASSING: list[dict[str, Any]] = [
    {
        "kind": "status",
        "status": 429,
        "body": {"code": 429, "message": f"Too many requests for {HOST}."},
        "times": 4,
    },
    {"kind": "html_500"},
    {"kind": "cut_before"},
    {"kind": "cut_after"},
    {"kind": "expired_token"},
    {"kind": "status", "status": 200, "body": f"<p>{HOST}</p>"},
    {"kind": "rate_limit_daily"},
]
FAULTS: dict[str, list[dict[str, Any]]] = {
    "none": [],
    "what passes": PASSING,
    "missing scope": [{"kind": "missing_scope", "times": None}],
    "talkative refusal": [
        {
            "kind": "error_body_200",
            "times": None,
            "body": {"code": 300, "message": f"{HOST} and {PEOPLE[0].email} may not."},
        }
    ],
}


class Overheard:
    """Reads tasks, and keeps all that is said of them: payloads, results, errors with causes."""

    def __init__(self, tasks: TypeAdapter[Any] = TASK) -> None:
        self.said: list[str] = []
        self._tasks = tasks

    def validate_python(self, payload: dict[str, Any]) -> OverheardTask:
        """Stands for the method of the adapter that reads tasks."""
        self.said.append(json.dumps(payload))
        return OverheardTask(self._tasks.validate_python(payload), self.said)


@dataclass
class OverheardTask:
    """A task that is listened to."""

    task: Any
    said: list[str]

    def run(self, dependencies: Any) -> Any:
        try:
            result = self.task.run(dependencies)
        except Exception as error:
            self.said += [repr(error), *traceback.format_exception(error)]
            raise
        self.said.append(result.model_dump_json())
        return result


def test_nothing_private_of_a_panel_is_said(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="lectern")
    overheard = Overheard()
    monkeypatch.setattr("lectern_testing.stage.TASK", overheard)
    panel = [
        Instructor(user_id=f"u-{n}", email=each.email, name=f"{each.first_name} {each.last_name}")
        for n, each in enumerate(PEOPLE)
    ]
    host = Host(user_id="u-host", email="wanda@acme.example")
    details = a_details(kind=Kind.WEBINAR, host=host, instructors=tuple(panel))
    stage.events.create(an_event(now=stage.clock.now(), details=details))
    for operation in ("add_panelists", "list_panelists", "delete_panelist"):
        for each in PASSING:
            stage.fault(operation=operation, **each)
    stage.synchronise()
    links = [each["join_url"] for each in stage.zoom_meeting()["panelists"]]
    stage.change_details(instructors=tuple(panel[:1]))
    stage.synchronise()

    logged = [f"{record.getMessage()} {vars(record)}" for record in caplog.records]
    said = "\n".join(overheard.said + logged)
    assert len(links) == 2
    people = [text for each in PEOPLE for text in (each.email, each.first_name, each.last_name)]
    assert [each for each in (*people, *links, host.email) if each in said] == []


def log_in_and_sweep(stage: Stage, user_id: str) -> None:
    """A login, and the sweep before the start: of an LMS that is not there."""
    note_login(stage, user_id)
    stage.synchronise()
    event = stage.event()
    lead = LeadTime(version=event.version, minutes=60)
    assert stage.events.sweep_before_start(event, lead, stage.clock.now())
    stage.synchronise()


def private(stage: Stage) -> Iterator[str]:
    """What nobody but Zoom and the LMS may see."""
    yield from (HOST, PASSCODE, stage.world.seed.credentials.client_secret)
    for person in PEOPLE:
        yield from (person.email, person.first_name, person.last_name)
    token = stage.tokens.get("default")
    if token:
        yield token.value
    meeting = stage.event().meeting
    if meeting:
        yield from (meeting.join_url, meeting.host_id)
    for user in ("u-0", "u-1", "u-2"):
        registration = stage.enrollment(user).registration
        if registration:
            yield from filter(None, (registration.join_url, registration.registrant_id))


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_private_is_said(
    stage: Stage,
    fault: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, logger="lectern")
    overheard = Overheard()
    monkeypatch.setattr("lectern_testing.stage.TASK", overheard)
    details = a_details(
        host=Host(user_id="u-host", email=HOST),
        instructors=(Instructor(user_id="u-7", email=PEOPLE[0].email, name="Zebulon"),),
        options=Options(passcode=PASSCODE),
    )
    stage.events.create(an_event(now=stage.clock.now(), details=details))
    stage.enrol(*(an_enrollment(f"u-{n}", person=person) for n, person in enumerate(PEOPLE)))
    validation = AccessValidation(enabled=True, check_url=CHECK_URL)
    stage.settings.put(Settings(access_validation=validation), was_revision=0)
    for operation in (
        "get_user",
        "batch_meeting_registrants",
        "add_meeting_registrant",
        "get_meeting_registrant",
    ):
        for each in FAULTS[fault]:
            stage.fault(operation=operation, **each)

    stage.synchronise()
    stage.change_enrollment("u-1", removed=True)
    stage.events.request_sync("ev-1", stage.clock.now(), verify=True)
    stage.synchronise()
    log_in_and_sweep(stage, "u-0")

    logged = [f"{record.getMessage()} {vars(record)}" for record in caplog.records]
    said = "\n".join(overheard.said + logged)
    assert len(overheard.said) > 6
    assert "could not be asked" in said
    assert [each for each in (*private(stage), CHECK_URL) if each in said] == []


@pytest.mark.parametrize("fault", ["what passes", "talkative refusal"])
def test_nothing_private_is_said_of_who_attended(
    stage: Stage,
    fault: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, logger="lectern")
    overheard = Overheard(ATTENDANCE_TASK)
    monkeypatch.setattr("lectern_testing.stage.ATTENDANCE_TASK", overheard)
    monkeypatch.setattr("lectern.zoom.reports.PAGE_SIZE", 3)
    stage.synchronised_event(2)
    session = HeldSession(stage)
    for email in stage.registrants():
        session.join(email)
    for person in PEOPLE:
        session.join(person.email, name=person.first_name)
    session.later(30)
    instance = session.ended()
    for each in FAULTS[fault]:
        stage.fault(operation="report_meeting_participants", **each)

    stage.settle(instance)

    registrants = [*stage.registrants(), *stage.registrants().values()]
    names = [each for person in PEOPLE for each in (person.email, person.first_name)]
    logged = [f"{record.getMessage()} {vars(record)}" for record in caplog.records]
    said = "\n".join(overheard.said + logged)
    assert len(overheard.said) > 3
    private = [HOST, instance.uuid, *registrants, *names]
    assert [each for each in private if each in said] == []
