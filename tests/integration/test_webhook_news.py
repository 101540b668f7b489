"""Which of Zoom's events are news: what neither Zoom was told nor should be, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any

import boto3
import pytest
from moto import mock_aws

from lectern.domain.enrollment import Access, Enrollment, EnrollmentState, Withdrawn
from lectern.domain.event import Instructor, Status, SyncRecord
from lectern.domain.meeting import Gone, Kind
from lectern.domain.settings import Drift, Settings, UnknownRegistrants
from lectern.store.enrollments import EnrollmentStore
from lectern.store.leases import LeaseStore
from lectern.store.table import Item, Table
from lectern.webhooks.worker import WorkerMetric, digest_of
from lectern_testing.builders import (
    HOST_EMAIL,
    a_details,
    a_meeting,
    a_registration,
    an_enrollment,
)
from lectern_testing.webhooks.deliveries import a_webhook
from lectern_testing.webhooks.worker import NOW, TS, Desk

DETAILS = a_details()
MEETING = a_meeting(DETAILS)
RENAMED = DETAILS.model_copy(update={"title": "Forklift safety II"})
QUIET = SyncRecord(requested=1, done=1, requested_at=NOW)
REPORT = Settings(drift=Drift.REPORT)
REMOVE = Settings(unknown_registrants=UnknownRegistrants.REMOVE)
REMOVE_BUT_REPORT = REMOVE.model_copy(update={"drift": Drift.REPORT})
KIM = an_enrollment("kim", now=NOW)
REGISTERED = KIM.model_copy(
    update={"registration": a_registration(KIM.person), "state": EnrollmentState.REGISTERED}
)
ID = a_registration(KIM.person).registrant_id


@cache
def _client() -> Any:
    return boto3.client("dynamodb", region_name="eu-west-1")


@pytest.fixture(autouse=True)
def aws() -> Iterator[None]:
    with mock_aws():
        yield


def a_desk(settings: Settings | None = None, **event: Any) -> Desk:
    desk = Desk(_client(), **{"details": DETAILS, "meeting": MEETING, "sync": QUIET, **event})
    if settings:
        desk.dependencies.settings.put(settings, was_revision=0)
    return desk


def asks(desk: Desk, what: str, **told: Any) -> bool:
    """Whether an event makes the worker ask for a look, which is a verified one."""
    desk.receive(what, **told)
    asked = desk.event.sync.is_due
    assert desk.event.sync.verify is asked
    return asked


@pytest.mark.parametrize(
    ("event", "told", "news"),
    [
        ({}, {"topic": "Forklift safety"}, False),
        ({}, {"topic": " Forklift safety ", "duration": 60}, False),
        ({}, {"topic": "Hacked"}, True),
        ({}, {"topic": None, "settings": {"waiting_room": True}}, True),
        ({}, {"settings": {"host_video": True}}, False),
        ({}, {"start_time": "not a time"}, True),
        # Lectern's own change, before it is noted, and an old one that comes late.
        ({"details": RENAMED}, {"topic": "Forklift safety II"}, False),
        ({"details": RENAMED}, {"topic": "Forklift safety"}, False),
        ({"details": RENAMED}, {"topic": "Hacked"}, True),
        ({"status": Status.CANCELLED}, {"topic": "Hacked"}, False),
    ],
)
def test_an_update_is_news_if_it_is_neither_known_nor_wanted(
    event: dict[str, Any], told: dict[str, Any], news: object
) -> None:
    assert asks(a_desk(**event), "meeting.updated", **told) is news


GONE = a_meeting(DETAILS, gone=Gone.DELETED)


@pytest.mark.parametrize(
    ("event", "what", "news"),
    [
        ({}, "meeting.deleted", True),
        ({}, "meeting.permanently_deleted", True),
        ({"meeting": GONE}, "meeting.deleted", False),
        ({"status": Status.CANCELLED}, "meeting.deleted", False),
        ({"meeting": a_meeting(DETAILS, zoom_id="84")}, "meeting.deleted", False),
        ({"details": DETAILS.model_copy(update={"kind": Kind.WEBINAR})}, "meeting.deleted", False),
        ({}, "meeting.converted_to_webinar", True),
        ({}, "webinar.converted_to_meeting", False),
        (
            {"meeting": a_meeting(DETAILS, gone=Gone.CONVERTED)},
            "meeting.converted_to_webinar",
            False,
        ),
        ({}, "meeting.recovered", False),
        ({"meeting": GONE}, "meeting.recovered", False),
    ],
)
def test_the_end_of_a_meeting_is_news_if_it_should_be_there(
    event: dict[str, Any], what: str, news: object
) -> None:
    assert asks(a_desk(**event), what) is news


def test_with_report_a_recovered_meeting_is_news() -> None:
    assert asks(a_desk(REPORT, meeting=GONE), "meeting.recovered")


def with_kim(desk: Desk, **changes: Any) -> Desk:
    desk.dependencies.enrollments.replace_desired(None, REGISTERED.model_copy(update=changes))
    desk.dependencies.enrollments.claim_address("ev-1", KIM.person.address, "kim")
    return desk


def registrant(**changes: Any) -> dict[str, Any]:
    return {"registrant": {"id": ID, "email": KIM.person.email.upper(), **changes}}


WITHDRAWN = a_registration(KIM.person, withdrawn=Withdrawn.DENIED)


@pytest.mark.parametrize("what", ["registration_denied", "registration_cancelled"])
@pytest.mark.parametrize(
    ("person", "told", "news"),
    [
        ({}, {}, True),
        ({}, {"id": None}, True),
        # Lectern's own removal, before it is noted, and one of an older registrant.
        ({"removed": True}, {}, False),
        ({}, {"id": "another"}, False),
        ({"registration": None}, {}, False),
        ({"registration": WITHDRAWN}, {}, False),
        ({}, {"email": "stranger@elsewhere.example"}, False),
    ],
)
def test_that_someone_is_taken_out_is_news_if_they_should_be_in(
    person: dict[str, Any], told: dict[str, Any], news: object, what: str
) -> None:
    assert asks(with_kim(a_desk(), **person), f"meeting.{what}", **registrant(**told)) is news


BLOCKED = {"registration": None, "access": Access(granted=False), "state": EnrollmentState.BLOCKED}


@pytest.mark.parametrize(
    ("person", "told", "news"),
    [
        ({}, {}, False),
        ({}, {"id": "another"}, True),
        # Lectern's own registration, before it is noted.
        ({"registration": None, "state": EnrollmentState.PENDING}, {}, False),
        ({"removed": True, "registration": None}, {}, True),
        (BLOCKED, {}, True),
        (BLOCKED, {"status": "pending"}, False),
        ({"registration": WITHDRAWN}, {}, False),
    ],
)
def test_that_someone_is_let_in_is_news_if_they_should_not_be(
    person: dict[str, Any], told: dict[str, Any], news: object
) -> None:
    details = DETAILS.model_copy(update={"access_validation": True})
    desk = with_kim(a_desk(details=details), **person)

    assert asks(desk, "meeting.registration_approved", **registrant(**told)) is news


def test_with_report_someone_who_is_approved_again_is_news() -> None:
    desk = with_kim(a_desk(REPORT), registration=WITHDRAWN)

    assert asks(desk, "meeting.registration_approved", **registrant())


@pytest.mark.parametrize(
    ("settings", "email", "news"),
    [
        (None, "eve@elsewhere.example", False),
        (REMOVE, "eve@elsewhere.example", True),
        (REMOVE_BUT_REPORT, "eve@elsewhere.example", False),
        (REMOVE, HOST_EMAIL, False),
        (REMOVE, "BO@acme.example", False),
        (REMOVE, "", False),
        (REMOVE, None, False),
    ],
)
def test_a_stranger_is_news_if_strangers_are_removed(
    settings: Settings | None, email: str | None, news: object
) -> None:
    instructor = Instructor(user_id="bo", email="bo@acme.example", name="Bo")
    desk = a_desk(settings, details=DETAILS.model_copy(update={"instructors": (instructor,)}))

    assert asks(desk, "meeting.registration_created", **registrant(email=email)) is news


def test_a_look_that_is_asked_for_and_has_not_begun_is_not_asked_for_twice() -> None:
    desk = a_desk()

    for n in range(5):
        desk.receive("meeting.updated", topic=f"Edit {n}")

    assert desk.event.sync.requested == QUIET.requested + 1


def test_a_look_that_has_begun_may_have_looked_before() -> None:
    desk = a_desk()
    desk.receive("meeting.updated", topic="Edit")
    LeaseStore(desk.table).take_lease("ev-1", "one", NOW, NOW + timedelta(minutes=15))

    desk.receive("meeting.updated", topic="Another edit")

    assert desk.event.sync.requested == QUIET.requested + 2


def test_what_calls_for_nothing_leaves_no_mark_however_often_it_comes() -> None:
    """Each of Lectern's own registrations comes back as a delivery."""
    desk = with_kim(a_desk())
    content = a_webhook("meeting.registration_created", ts=TS, **registrant())

    counted = [desk.worker.work_off("default", json.dumps(content)) for _ in range(2)]

    assert counted == [WorkerMetric.DONE, WorkerMetric.DONE]
    assert not desk.webhooks.is_done(digest_of("default", json.dumps(content)))


def test_what_is_as_noted_is_known_by_reads_of_half_the_price(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = with_kim(a_desk())
    desk.receive("meeting.registration_created", **registrant())  # whose meeting it is, is known
    reads: list[bool] = []
    get_many = Table.get_many

    def noted(table: Table, keys: Any, *given: Any, exactly: bool = True) -> list[Item]:
        reads.append(exactly)
        return get_many(table, keys, *given, exactly=exactly)

    monkeypatch.setattr(Table, "get_many", noted)
    monkeypatch.setattr(Table, "get", lambda *_: pytest.fail("it is read at the whole price"))

    desk.receive("meeting.registration_created", **registrant())

    assert reads == [False, False]


@pytest.mark.parametrize("seen", [None, KIM], ids=["nobody", "somebody who is not in"])
def test_what_a_read_of_half_the_price_has_not_yet_is_no_news(
    monkeypatch: pytest.MonkeyPatch, seen: Enrollment | None
) -> None:
    desk = with_kim(a_desk(REMOVE))
    of_address = EnrollmentStore.of_address

    def looked_up(*asked: Any, exactly: bool = True) -> Enrollment | None:
        return of_address(*asked, exactly=True) if exactly else seen

    monkeypatch.setattr(EnrollmentStore, "of_address", looked_up)

    assert not asks(desk, "meeting.registration_created", **registrant())
    assert asks(desk, "meeting.registration_created", **registrant(id="another"))
