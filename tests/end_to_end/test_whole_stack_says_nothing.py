"""Last of all: what is known of people, links and secrets is said nowhere that others read.

Whatever the tests of this folder have stored is looked for, and what is marked here on top of it:
a person, a host, refusals of Zoom with names in them, an LMS that refuses with the same, bodies
that are refused, links that are followed, real ones and forged ones.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from requests.sessions import Session

from lectern_testing.lms.inbox import LmsInbox, an_inbox
from lectern_testing.over_http.exercised import template
from lectern_testing.over_http.private import Private, zoom_says
from lectern_testing.over_http.session import LmsSession
from lectern_testing.waiting import eventually
from local.cloud import LocalCloud

PERSON = {
    "email": "zebulon.marked@secret.example",
    "first_name": "Zebulonius",
    "last_name": "Xanthopoulos",
}
HOST = {"user_id": "u-marked-host", "email": "anna@acme.example"}
PASSCODE = "M4rk-ed_9"
SECRET = "whsec_bWFya2VkLW1hcmtlZC1tYXJrZWQtbWFya2Vk"
SAID_BY_ZOOM = "philippa.said@secret.example"
SAID_BY_LMS = "wilhelmina.said@secret.example"
REFUSED = "yggdrasil.refused@@secret"


class Drive:
    """What is driven, and what was marked on the way."""

    def __init__(self, cloud: LocalCloud, lms: Session, inbox: LmsInbox) -> None:
        self.cloud, self.lms, self.inbox = cloud, lms, inbox
        self.links: list[str] = []
        self.path = f"/v1/events/marked-{uuid.uuid4()}"

    def an_event(self) -> None:
        """One with a person, whom Zoom refuses at first, in words that name somebody."""
        zoom_says(self.cloud, SAID_BY_ZOOM, "batch_meeting_registrants", "create_meeting")
        self.put(starts_at="2099-12-01T10:00:00Z")
        assert self.lms.put(f"{self.path}/enrollments/u-marked", json=PERSON).ok
        eventually(lambda: self.sync() in {"in_sync", "failed"}, seconds=60)
        self.lms.post(f"{self.path}/sync")
        eventually(lambda: self.sync() == "in_sync", seconds=60)

    def put(self, **changes: Any) -> int:
        body = {
            "kind": "meeting",
            "title": "Marked",
            "duration_minutes": 60,
            "timezone": "Europe/Copenhagen",
            "host": HOST,
            "options": {"passcode": PASSCODE},
        }
        return self.lms.put(self.path, json=body | changes).status_code

    def sync(self) -> str:
        return str(self.lms.get(self.path).json()["sync"]["state"])

    def what_is_refused(self) -> None:
        """Bodies with what is private at the wrong place."""
        assert self.put(host={"user_id": "u", "email": REFUSED}) == 422
        refused = {"email": REFUSED, "first_name": PERSON["last_name"]}
        assert self.lms.put(f"{self.path}/enrollments/u-x", json=refused).status_code == 422
        settings = {"notifications": {"secret": f"{SECRET}!"}}
        assert self.lms.put("/v1/settings", json=settings).status_code == 422

    def links_that_are_followed(self) -> None:
        """A join link and one to the console; each also with another end."""
        join = self.lms.post(
            f"{self.path}/join-links", json={"user_id": "u-marked", "expires_in_seconds": 60}
        ).json()["url"]
        console = self.lms.post("/v1/console-links", json={"user_id": "op-marked"}).json()["url"]
        for url in (join, console):
            self.links.append(url.rpartition("/")[2])
            for address in (url, f"{url}x"):
                answer = requests.get(address, allow_redirects=False, timeout=30)
                cookies = [cookie.value for cookie in answer.cookies if cookie.value]
                self.links += [*cookies, *filter(None, [answer.headers.get("Location", "")[20:]])]

    def removals(self) -> None:
        zoom_says(self.cloud, SAID_BY_ZOOM, "delete_meeting_registrant")
        self.lms.delete("/v1/users/u-marked")
        eventually(lambda: self.lms.get("/v1/users/u-marked").status_code == 404, seconds=60)


@pytest.fixture(scope="module")
def private(
    cloud: LocalCloud, request: pytest.FixtureRequest
) -> Iterator[tuple[Private, list[str]]]:
    """What is private, and what was marked on top, once all was driven."""
    with LmsSession(cloud.url, cloud.api_key) as lms, an_inbox() as inbox:
        inbox.answers, inbox.body = [500, 503, 400], SAID_BY_LMS.encode()
        told = {"notifications": {"url": inbox.url, "secret": SECRET}}
        assert lms.put("/v1/settings", json=told).status_code == 202
        drive = Drive(cloud, lms, inbox)
        drive.an_event()
        drive.what_is_refused()
        drive.links_that_are_followed()
        private = Private(cloud)
        assert {PERSON["email"], PERSON["last_name"], PASSCODE, SECRET} <= private.marks
        drive.removals()
        eventually(lambda: inbox.received)
        lms.put("/v1/settings", json={"notifications": {"url": None, "secret": None}})
        said = [SAID_BY_ZOOM, SAID_BY_LMS, REFUSED, inbox.url, cloud.api_key, *drive.links]
        sent = [received.body.decode() for received in inbox.received]
        yield private, [*said, *(f"sent {body}" for body in sent)]


@pytest.fixture
def said(private: tuple[Private, list[str]]) -> list[str]:
    return [mark for mark in private[1] if not mark.startswith("sent ")]


def test_not_in_logs_and_metrics(private: tuple[Private, list[str]], said: list[str]) -> None:
    known = private[0]
    assert known.said_in(f"<{PERSON['email']}>"), "else nothing is shown"
    found = {source: known.said_in(text, *said) for source, text in known.logs()}
    assert {source: marks for source, marks in found.items() if marks} == {}
    assert len(found) > 5


def test_not_in_what_executions_are_given_give_and_did(
    private: tuple[Private, list[str]], said: list[str]
) -> None:
    known = private[0]
    found = {name: known.said_in(text, *said) for name, text in known.executions()}
    assert {name: marks for name, marks in found.items() if marks} == {}
    assert found


def test_not_in_notifications(private: tuple[Private, list[str]], said: list[str]) -> None:
    known = private[0]
    sent = "\n".join(mark for mark in private[1] if mark.startswith("sent "))
    assert sent
    addressed = [mark for mark in said if mark != SAID_BY_ZOOM]
    assert known.said_in(known.notifications() + sent, *addressed) == []


def test_not_in_queues_and_dead_letters(
    private: tuple[Private, list[str]], said: list[str]
) -> None:
    known = private[0]
    found = {name: known.said_in(text, *said) for name, text in known.messages(template())}
    assert {name: marks for name, marks in found.items() if marks} == {}
