"""`GET /v1/changes`: what the LMS was told, for one that cannot be reached from outside."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lectern.api.http.cursors import encode_cursor
from lectern.domain.notifications import Notification, NotificationType
from lectern.domain.problems import EnrollmentProblem
from lectern.store.outbox_items import Told
from lectern_testing.lms.api import Lms

FAILED = {
    "code": EnrollmentProblem.INVALID_EMAIL,
    "message": "Zoom does not accept the e-mail address.",
    "remedy": "Correct it.",
}


def tell(lms: Lms, *names: str, **fields: Any) -> None:
    told = [
        Notification(
            **{"type": NotificationType.EVENT_READY, "event_id": "ev-1", "once": name} | fields
        )
        for name in names
    ]
    identified = [Told(each.identifier(""), each) for each in told]
    lms.parts.outbox().append(identified, lms.parts.now())


def changes(lms: Lms, **query: Any) -> dict[str, Any]:
    answer = lms.get("/v1/changes", query=query)
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def test_there_may_be_nothing_yet(lms: Lms) -> None:
    assert changes(lms) == {"items": [], "next_cursor": None}


def test_a_change_reads_as_the_notification_does(lms: Lms) -> None:
    tell(lms, "a", version=3)
    tell(lms, "b", type=NotificationType.ENROLLMENT_FAILED, user_id="u-77", **FAILED)

    ready, failed = changes(lms)["items"]

    assert ready.pop("id").startswith("msg_")
    assert ready == {
        "type": "event.ready",
        "timestamp": "2026-11-30T09:00:00.000Z",
        "data": {"event_id": "ev-1", "version": 3},
    }
    assert failed["data"] == {"event_id": "ev-1", "user_id": "u-77", **FAILED}


def test_pages_follow_each_other_to_an_end_and_go_on_from_there(lms: Lms) -> None:
    tell(lms, *"abcde")
    pages, cursor = [changes(lms, limit=2)], None
    while cursor := pages[-1]["next_cursor"]:
        pages.append(changes(lms, limit=2, cursor=cursor))
    assert [len(page["items"]) for page in pages] == [2, 2, 1, 0]
    assert len({item["id"] for page in pages for item in page["items"]}) == 5

    last = pages[2]["next_cursor"]
    tell(lms, "f", event_id="ev-2")
    (new,) = changes(lms, cursor=last)["items"]
    assert new["data"]["event_id"] == "ev-2"


def test_a_cursor_that_is_older_than_what_is_kept_goes_on_with_what_is_kept(lms: Lms) -> None:
    tell(lms, "a", "b")
    cursor = changes(lms, limit=1)["next_cursor"]
    lms.parts.moment += timedelta(days=40)
    tell(lms, "c", event_id="ev-2")
    lms.parts.moment += timedelta(minutes=1)
    (kept,) = changes(lms, cursor=cursor)["items"]
    assert kept["data"]["event_id"] == "ev-2"


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"limit": 0}, "/limit"),
        ({"limit": 201}, "/limit"),
        ({"cursor": "x"}, "/cursor"),
        ({"cursor": ""}, "/cursor"),
        ({"since": "2026-11-30"}, "/since"),
    ],
)
def test_what_cannot_be_asked_is_refused(lms: Lms, query: dict[str, Any], pointer: str) -> None:
    answer = lms.get("/v1/changes", query=query)
    assert answer.status == 422
    assert answer.pointers == [pointer]


def test_a_cursor_of_another_list_is_none_of_this(lms: Lms) -> None:
    lms.put_event("ev-1")
    lms.put_event("ev-2")
    cursor = lms.get("/v1/events", query={"limit": 1}).json["next_cursor"]
    assert lms.get("/v1/changes", query={"cursor": cursor}).pointers == ["/cursor"]


@pytest.mark.parametrize("key", [None, b"another's"], ids=["signed", "forged"])
@pytest.mark.parametrize("place", ["nowhere", "2026-99-99#1", "2026-11-30#x", "2026-11-30#"])
def test_a_cursor_that_somebody_made_up_is_refused(lms: Lms, place: str, key: bytes | None) -> None:
    tell(lms, "a")
    cursor = encode_cursor(place, "changes", key or lms.parts.link_key())
    answer = lms.get("/v1/changes", query={"cursor": cursor})
    assert (answer.status, answer.pointers) == (422, ["/cursor"])


def test_what_was_told_of_a_user_is_exported_with_the_event(lms: Lms) -> None:
    lms.put_event()
    lms.enrol("u-77")
    tell(lms, "a")
    tell(lms, "b", type=NotificationType.ENROLLMENT_FAILED, user_id="u-77", **FAILED)
    tell(lms, "c", type=NotificationType.ENROLLMENT_FAILED, user_id="u-78", **FAILED)
    (exported,) = lms.get("/v1/users/u-77").json["items"]
    (told,) = exported["told"]
    said = {name: value for name, value in told["data"].items() if value is not None}
    assert said == {"event_id": "ev-1", "user_id": "u-77", **FAILED}
