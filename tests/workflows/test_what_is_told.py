"""What the LMS is told of the work as it goes, read off the table's stream."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from lectern.domain.enrollment import Access
from lectern.domain.event import Host, Status
from lectern.domain.settings import AccessValidation, Settings
from lectern.notify.address_known import AddressKnown
from lectern.notify.outbox_writer import OutboxWriter
from lectern.store.outbox import OutboxStore
from lectern.store.outbox_items import OutboxEntry, Position
from lectern_testing.aws.stream import Stream
from lectern_testing.builders import an_enrollment, an_event
from lectern_testing.stage import Stage


class NoQueue:
    """Nobody is told: these tests read the outbox."""

    def put(self, _entries: object) -> None:
        raise AssertionError


class Told:
    """The dispatcher's second half, over the stage's table."""

    def __init__(self, stage: Stage) -> None:
        self.outbox = OutboxStore(stage.table, lambda _seconds: None)
        self._stage = stage
        self._stream = Stream()
        self._last: Position | None = None

    def entries(self) -> list[OutboxEntry]:
        """What is told of the changes since the last call."""
        stage = self._stage
        known = AddressKnown(stage.settings, stage.clock.now)
        news = OutboxWriter(self.outbox, NoQueue(), known, stage.clock.now)  # type: ignore[arg-type]
        for change in self._stream.changes():
            if change.new:
                news.changed(change.name, change.number, change.old, change.new)
            elif change.old:
                news.removed(change.old)
        news.write()
        page = self.outbox.page(self._last, 200, stage.clock.now())
        self._last = page[-1].position if page else self._last
        return page

    def types(self) -> Counter[str]:
        return Counter(entry.notification.type.value for entry in self.entries())

    def data(self, kind: str) -> list[dict[str, Any]]:
        return [
            entry.notification.data for entry in self.entries() if entry.notification.type == kind
        ]


@pytest.fixture
def told(stage: Stage) -> Told:
    return Told(stage)


def test_an_event_and_its_people_from_the_beginning_to_the_end(stage: Stage, told: Told) -> None:
    stage.synchronised_event(3)
    assert told.types() == {"event.ready": 1, "enrollment.registered": 3}

    stage.change_details(title="Forklifts")
    stage.synchronise()
    assert told.data("event.updated") == [
        {"event_id": "ev-1", "version": 2, "links_changed": False}
    ]

    stage.change_details(host=Host(user_id="u-2", email="bo@acme.example"))
    stage.synchronise()
    entries = told.entries()
    assert Counter(each.notification.type.value for each in entries) == {
        "event.ready": 1,
        "event.updated": 1,
        "enrollment.registered": 3,
    }
    assert [each.notification.links_changed for each in entries if "upd" in each.notification.type]

    stage.change_event(status=Status.CANCELLED)
    stage.synchronise()
    assert told.types() == {"event.cancelled": 1}

    stage.change_event(status=Status.SCHEDULED)
    stage.synchronise()
    assert told.types() == {"event.ready": 1, "event.updated": 1, "enrollment.registered": 3}


def test_work_that_finds_nothing_to_do_tells_nothing(stage: Stage, told: Told) -> None:
    stage.synchronised_event(2)
    told.entries()
    stage.events.request_sync("ev-1", stage.clock.now(), verify=True, retry=True)
    stage.synchronise()
    assert told.types() == {}


def test_a_problem_is_told_once_however_often_it_is_tried(stage: Stage, told: Told) -> None:
    details = an_event().details.model_copy(
        update={"host": Host(user_id="u-9", email="nobody@acme.example")}
    )
    stage.events.create(an_event(now=stage.clock.now(), details=details))
    for _ in range(3):
        stage.synchronise()
        stage.events.request_sync("ev-1", stage.clock.now(), retry=True)
    (failure,) = told.data("event.failed")
    assert failure["code"] == "host_not_in_zoom"
    assert failure["remedy"]


def test_a_person_who_is_refused_and_one_who_is_blocked(stage: Stage, told: Told) -> None:
    stage.settings.put(Settings(access_validation=AccessValidation(enabled=True)), was_revision=0)
    stage.events.create(an_event(now=stage.clock.now()))
    refused = an_enrollment("u-1").person.model_copy(update={"email": "no-address"})
    stage.enrol(
        an_enrollment("u-1", person=refused), an_enrollment("u-2", access=Access(granted=False))
    )
    stage.synchronise()
    entries = told.entries()
    assert [each.notification.type for each in entries] == ["event.ready", "enrollment.failed"]
    assert entries[1].notification.data["code"] == "invalid_email"
    assert "no-address" not in str(entries[1])

    stage.change_enrollment("u-2", access=Access())
    stage.synchronise()
    assert told.types() == {"enrollment.registered": 1}


def test_an_erased_person_is_erased_from_what_was_told(stage: Stage, told: Told) -> None:
    stage.synchronised_event(2)
    assert told.types() == {"event.ready": 1, "enrollment.registered": 2}
    stage.change_enrollment("u-00000", removed=True, erase=True)
    stage.synchronise()
    told.entries()
    stage.wait(60)
    left = told.outbox.page(None, 50, stage.clock.now())
    users = [each.notification.user_id for each in left]
    assert users == [None, "u-00001"]


def test_who_is_erased_before_it_was_told_of_them_is_not_told_of(stage: Stage, told: Told) -> None:
    stage.synchronised_event(2)
    stage.change_enrollment("u-00000", removed=True, erase=True)
    stage.synchronise()
    users = {each.notification.user_id for each in told.entries()}
    assert users == {None, "u-00001"}


def test_no_notification_holds_a_link_an_address_or_a_name(stage: Stage, told: Told) -> None:
    stage.synchronised_event(2)
    meeting = stage.event().meeting
    assert meeting
    said = str(told.entries())
    for user in ("u-00000", "u-00001"):
        person, registration = stage.enrollment(user).person, stage.enrollment(user).registration
        assert registration
        assert registration.join_url
        for private in (person.email, person.first_name, registration.join_url):
            assert private not in said
    assert meeting.join_url not in said
    assert meeting.host_email not in said
