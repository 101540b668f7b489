"""Zoom's own example payloads: signed and sent, each is taken in and worked off.

They are Zoom's and not part of this repository; without them the tests are skipped.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from lectern.domain.attendance.matching import Directory, attendees_of
from lectern.domain.attendance.presence import Source, minutes_in
from lectern.domain.meeting import Kind
from lectern.inbox import item_of
from lectern.store.attendance import AttendanceStore
from lectern.store.instances import InstanceStore
from lectern.store.table import Table
from lectern.store.validations import ValidationStore
from lectern.store.webhooks import WebhookStore
from lectern.webhooks.handlers import HANDLERS
from lectern.webhooks.worker import Worker, WorkerMetric
from lectern.zoom.webhooks import read_webhook
from lectern_testing.builders import a_details, a_meeting, a_registration, an_enrollment, an_event
from lectern_testing.table import make_table
from lectern_testing.webhooks.from_account_to_worker import webhook_dependencies
from lectern_testing.webhooks.intake import Reception
from lectern_testing.zoom.document import DOCUMENTS
from local.metering.capacity import item_size, write_units

FOLDER = DOCUMENTS / "webhooks"
EXAMPLES = sorted(FOLDER.glob("*.json"))
pytestmark = pytest.mark.skipif(not EXAMPLES, reason=f"Zoom's examples are not in {FOLDER.name}/")


@cache
def _client() -> Any:
    return boto3.client("dynamodb", region_name="eu-west-1")


@pytest.fixture(scope="module")
def table() -> Iterator[Table]:
    with mock_aws():
        yield Table(_client(), make_table(_client()))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_is_taken_in_and_worked_off_once(table: Table, example: Path) -> None:
    content = json.loads(example.read_text())
    # As Zoom prints it, and as it would be sent: it is signed byte by byte.
    for body in (example.read_bytes(), json.dumps(content).encode()):
        reception = Reception()
        assert reception.status(body) == 200
        [(connection, kept)] = reception.kept
        assert json.loads(kept) == content
    dependencies = webhook_dependencies(table, reception.time)
    event_id = example.stem
    zoom_id = str(content["payload"]["object"]["id"])
    details = a_details(connection=event_id)
    meeting = a_meeting(details, zoom_id=zoom_id)
    dependencies.events.create(an_event(event_id, details=details, meeting=meeting))
    dependencies.events.claim_meeting(event_id, zoom_id, event_id)
    worker = Worker(dependencies, WebhookStore(table), ValidationStore(table))

    assert worker.work_off(event_id, kept) is WorkerMetric.DONE
    after_it = dependencies.events.get(event_id)
    # What is written each time has a mark; the others call for nothing the second time.
    is_written = content["event"].endswith(("started", "ended", "joined", "left"))
    again = WorkerMetric.REPEATED if is_written else WorkerMetric.DONE
    assert worker.work_off(event_id, kept) is again
    assert dependencies.events.get(event_id) == after_it
    assert connection == "default"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_is_one_write_unit_of_the_inbox(example: Path) -> None:
    assert write_units(0, item_size(item_of("default", example.read_bytes(), 0))) == 1


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda file: file.stem)
def test_what_an_example_says_is_understood(example: Path) -> None:
    content = json.loads(example.read_text())
    told = content["payload"]["object"]

    webhook = read_webhook(example.read_text())

    assert webhook is not None
    assert webhook.name == content["event"]
    assert webhook.what in HANDLERS
    assert webhook.at is not None
    session = webhook.session
    assert (session.id, session.uuid) == (str(told["id"]), told["uuid"])
    assert session.start_time is not None
    assert (session.end_time is not None) is ("end_time" in told)
    if "registrant" in told:
        assert session.registrant is not None
        assert session.registrant.id == told["registrant"]["id"]
        assert session.registrant.email == told["registrant"]["email"]
    if "participant" in told:
        person = session.participant
        assert person is not None
        assert person.registrant_id == told["participant"]["registrant_id"]
        assert person.join_time or person.leave_time or person.date_time


@pytest.mark.parametrize("kind", Kind)
def test_the_examples_of_a_session_are_its_attendance(table: Table, kind: Kind) -> None:
    """In any order: here the last one first."""
    now = datetime(2021, 7, 14, tzinfo=UTC)
    dependencies = webhook_dependencies(table, lambda: now)
    event_id, zoom_id = f"attendance-of-{kind}", "1234567890"
    details = a_details(kind=kind, connection=event_id)
    event = an_event(event_id, details=details, meeting=a_meeting(details, zoom_id=zoom_id))
    dependencies.events.create(event)
    dependencies.events.claim_meeting(event_id, zoom_id, event_id)
    kim = an_enrollment("kim", event_id)
    registration = a_registration(kim.person, registrant_id="abcdefghij0-klmnopq23456")
    worker = Worker(dependencies, WebhookStore(table), ValidationStore(table))
    for what in ("ended", "participant_left", "participant_joined", "started"):
        worker.work_off(event_id, (FOLDER / f"{kind}.{what}.json").read_text())

    [instance] = InstanceStore(table).of_event(event_id)
    seen = AttendanceStore(table).stays(instance, Source.LIVE)
    directory = Directory(event, [kim.model_copy(update={"registration": registration})])
    [attendee] = attendees_of(instance, seen, directory)
    assert (attendee.user_id, minutes_in(attendee.spans, now)) == ("kim", 66)
