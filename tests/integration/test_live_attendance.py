"""Live attendance: what Zoom's deliveries make of it, in any order and however often they come."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from lectern.api.attendance.reading import RecordedAttendance
from lectern.domain.attendance.matching import AttendanceState, Instance, instance_key
from lectern.store.attendance import AttendanceStore
from lectern.store.enrollments import EnrollmentStore
from lectern.store.events import EventStore
from lectern.store.instances import InstanceStore
from lectern.store.table import Table
from lectern.store.validations import ValidationStore
from lectern.store.webhooks import WebhookStore
from lectern.webhooks.worker import Worker, WorkerMetric
from lectern_testing.builders import (
    HOST_EMAIL,
    ZOOM_ID,
    a_details,
    a_meeting,
    a_registration,
    an_enrollment,
    an_event,
)
from lectern_testing.table import make_table
from lectern_testing.webhooks.deliveries import a_webhook
from lectern_testing.webhooks.from_account_to_worker import webhook_dependencies

TEN = datetime(2030, 3, 17, 10, 0, tzinfo=UTC)
UUID = "4444AAAiAAAAAiAiAiiAii=="


def told(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def at(minutes: float) -> datetime:
    return TEN + timedelta(minutes=minutes)


class Desk:
    """A worker over a table, and the attendance that the LMS would read."""

    def __init__(self, client: Any) -> None:
        self.table = Table(client, make_table(client))
        self.moment = at(120)
        dependencies = webhook_dependencies(self.table, self.now)
        self._events = dependencies.events
        self._worker = Worker(dependencies, WebhookStore(self.table), ValidationStore(self.table))
        self._ids = (f"ev-{number}" for number in count(1))
        self.event_id = ""
        self.zoom_id = ""
        self.put_event()

    def now(self) -> datetime:
        return self.moment

    # What attendance is read with.

    def events(self) -> EventStore:
        return self._events

    def enrollments(self) -> EnrollmentStore:
        return EnrollmentStore(self.table)

    def instances(self) -> InstanceStore:
        return InstanceStore(self.table)

    def attendance(self) -> AttendanceStore:
        return AttendanceStore(self.table)

    def put_event(self, starts_at: datetime = TEN) -> None:
        """An event of its own, with Kim registered; what is told next is of this one."""
        self.event_id = next(self._ids)
        self.zoom_id = ZOOM_ID + self.event_id.removeprefix("ev-")
        details = a_details(starts_at=starts_at)
        meeting = a_meeting(details, zoom_id=self.zoom_id)
        self._events.create(an_event(self.event_id, details=details, meeting=meeting))
        self._events.claim_meeting("default", self.zoom_id, self.event_id)
        kim = an_enrollment("kim", self.event_id)
        registration = a_registration(kim.person, zoom_id=self.zoom_id, registrant_id="r-kim")
        enrolled = kim.model_copy(update={"registration": registration})
        self.enrollments().replace_desired(None, enrolled)

    def tell(self, event: str, minutes: float = 0, **changes: Any) -> WorkerMetric:
        """A delivery of Zoom about the event."""
        ts = int(at(minutes).timestamp() * 1000)
        content = a_webhook(event, **{"zoom_id": self.zoom_id, "ts": ts, **changes})
        return self._worker.work_off("default", json.dumps(content))

    @property
    def reading(self) -> RecordedAttendance:
        event = self._events.get(self.event_id)
        assert event is not None
        return RecordedAttendance(event, self)  # type: ignore[arg-type]

    @property
    def attended(self) -> dict[str, list[tuple[float, float | None]]]:
        """Spans in minutes after ten, by user or by name."""
        return {
            each.user_id or f"{each.name}?": [
                (after_ten(span.joined_at), after_ten(span.left_at) if span.left_at else None)
                for span in each.spans
            ]
            for each in self.reading.everyone()
        }

    def instance(self, uuid: str = UUID) -> Instance:
        found = self.instances().get(self.event_id, instance_key(uuid))
        assert found is not None
        return found


def after_ten(moment: datetime) -> float:
    return (moment - TEN).total_seconds() / 60


@cache
def _client() -> Any:
    """A client takes longer to build than a test to run; it holds no state."""
    return boto3.client("dynamodb", region_name="eu-west-1")


@pytest.fixture
def desk() -> Iterator[Desk]:
    with mock_aws():
        yield Desk(_client())


Delivery = tuple[str, float, dict[str, Any]]
"""An event of Zoom, when it comes, and what it says."""


def came(minutes: float, user_id: str = "16778240", **who: Any) -> Delivery:
    person = {"user_id": user_id, "join_time": told(at(minutes)), **who}
    return "meeting.participant_joined", minutes, {"participant": person}


def went(minutes: float, user_id: str = "16778240", **who: Any) -> Delivery:
    person = {"user_id": user_id, "leave_time": told(at(minutes)), **who}
    return "meeting.participant_left", minutes, {"participant": person}


STARTED: Delivery = ("meeting.started", 0, {"start_time": told(at(0))})
ENDED: Delivery = ("meeting.ended", 60, {"start_time": told(at(0)), "end_time": told(at(60))})
A_SESSION = [
    STARTED,
    came(1, "1", registrant_id="r-kim", user_name="Kim"),
    came(2, "2", email="KIM@people.example", user_name="Kim's phone"),
    came(3, "3", email=HOST_EMAIL),
    came(4, "4", user_name="A guest"),
    went(20, "1", registrant_id="r-kim"),
    went(30, "2", email="KIM@people.example"),
    came(40, "5", registrant_id="r-kim"),
    went(50, "4", user_name="A guest"),
    ENDED,
]
ITS_ATTENDANCE = {
    "kim": [(1, 30), (40, 60)],
    "u-host": [(3, 60)],
    "A guest?": [(4, 50)],
}


def test_a_session_is_followed_as_it_goes(desk: Desk) -> None:
    for event, minutes, changes in A_SESSION[:6]:
        desk.tell(event, minutes, **changes)
    assert desk.reading.state == "live"
    assert desk.attended == {"kim": [(1, None)], "u-host": [(3, None)], "A guest?": [(4, None)]}

    for event, minutes, changes in A_SESSION[6:]:
        desk.tell(event, minutes, **changes)
    assert desk.reading.state == "provisional"
    assert desk.attended == ITS_ATTENDANCE
    assert desk.instance().round == 1


def test_any_order_and_any_duplication_gives_the_same_attendance(desk: Desk) -> None:
    @settings(
        max_examples=8,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(st.permutations(A_SESSION), st.lists(st.sampled_from(A_SESSION), max_size=4))
    def deliver(session: list[Any], again: list[Any]) -> None:
        desk.put_event()
        for event, minutes, changes in [*again, *session, *again]:
            desk.tell(event, minutes, **changes)
        assert desk.attended == ITS_ATTENDANCE
        assert desk.instance().round == 1

    deliver()


@pytest.mark.parametrize(
    ("participant", "spans"),
    [
        ({"user_id": 16778240, "join_time": told(at(5))}, [(5, None)]),
        ({"user_id": "16778240", "date_time": told(at(5))}, [(5, None)]),
        ({"user_id": "16778240"}, [(7, None)]),
        ({"user_id": "16778240", "join_time": "2030-03-17T11:05:00+01:00"}, [(5, None)]),
        ({"participant_uuid": "u", "join_time": told(at(5)), "surprise": [1]}, [(5, None)]),
        ({"user_id": "9" * 3000, "join_time": told(at(5))}, [(5, None)]),
        ({"user_id": "16778240", "join_time": 12, "email": None, "user_name": 7}, [(7, None)]),
        ({"join_time": told(at(5))}, []),
        ({"user_id": None, "registrant_id": "", "email": ""}, []),
        ("nobody", []),
        (None, []),
    ],
)
def test_whatever_shape_it_has(
    desk: Desk, participant: Any, spans: list[tuple[float, float | None]]
) -> None:
    counted = desk.tell("meeting.participant_joined", 7, participant=participant)
    assert counted is WorkerMetric.DONE
    assert list(desk.attended.values()) == ([spans] if spans else [])


def test_a_session_of_which_the_start_was_not_told_has_no_start(desk: Desk) -> None:
    """The start in a participant's event may be the planned one, so nothing is cut off by it."""
    event, minutes, changes = came(5, registrant_id="r-kim")
    desk.tell(event, minutes, start_time=told(at(90)), **changes)
    assert desk.reading.session.started_at is None
    assert desk.attended == {"kim": [(5, None)]}


def test_a_start_that_was_not_told_is_taken_from_the_end(desk: Desk) -> None:
    for event, minutes, changes in (went(30, registrant_id="r-kim"), ENDED):
        desk.tell(event, minutes, **changes)
    assert desk.attended == {"kim": [(0, 30)]}
    desk.tell("meeting.started", 2, start_time=told(at(1)))
    assert desk.attended == {"kim": [(1, 30)]}


def test_an_end_that_says_a_later_start_says_none(desk: Desk) -> None:
    desk.tell("meeting.ended", 60, start_time=told(at(90)), end_time=told(at(60)))
    assert desk.reading.session.started_at is None


def test_a_delivery_without_a_uuid_belongs_to_no_run(desk: Desk) -> None:
    event, minutes, changes = came(5)
    desk.tell(event, minutes, uuid=None, **changes)
    assert desk.reading.state is AttendanceState.NONE


def test_a_second_run_has_its_own_times(desk: Desk) -> None:
    for event, minutes, changes in A_SESSION:
        desk.tell(event, minutes, **changes)
    desk.tell("meeting.started", 70, uuid="second", start_time=told(at(70)))
    event, minutes, changes = came(75, registrant_id="r-kim")
    desk.tell(event, minutes, uuid="second", **changes)
    assert desk.reading.state == "live"
    assert desk.attended["kim"] == [(1, 30), (40, 60), (75, None)]


def test_a_webinar_is_no_other(desk: Desk) -> None:
    for event, minutes, changes in A_SESSION:
        desk.tell(event.replace("meeting", "webinar"), minutes, **changes)
    assert desk.attended == ITS_ATTENDANCE
    assert desk.instance().kind == "webinar"


def test_what_comes_after_the_attendance_is_final_is_not_kept(desk: Desk) -> None:
    for event, minutes, changes in (STARTED, ENDED):
        desk.tell(event, minutes, **changes)
    desk.instances().finish(desk.instance(), at(90))
    event, minutes, changes = came(5, registrant_id="r-kim")
    assert desk.tell(event, minutes, **changes) is WorkerMetric.DONE
    assert desk.attendance().stays(desk.instance(), "live") == {}  # type: ignore[arg-type]


def test_attendance_is_kept_as_long_as_the_settings_say(desk: Desk) -> None:
    for event, minutes, changes in (STARTED, ENDED):
        desk.tell(event, minutes, **changes)
    assert desk.instance().expires_at == at(60) + timedelta(days=365)


LAST = datetime(2199, 12, 31, 23, 59, 59, tzinfo=UTC)
"""The last moment that an event can begin."""


@pytest.mark.parametrize("said", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", told(LAST)])
def test_no_moment_is_too_far_away_to_be_reckoned_with(desk: Desk, said: str) -> None:
    desk.put_event(LAST)
    desk.tell("meeting.started", start_time=said)
    assert desk.instance().expires_at > LAST

    for event in ("meeting.started", "meeting.participant_joined", "meeting.ended"):
        desk.tell(event, start_time=said, end_time=said)
        desk.tell(event, start_time=said, end_time=said, ts=10**14)
    assert desk.instance().ended_at is not None
