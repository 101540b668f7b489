"""What the LMS answers about access is taken with care."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from lectern.domain.enrollment import Access, Requirement
from lectern.domain.event import LeadTime
from lectern.domain.settings import AccessValidation, Settings
from lectern.notify.access import ask_who_has_access
from lectern.notify.lms import Lms, LmsUnavailable
from lectern_testing.lms.inbox import LmsInbox, an_inbox
from lectern_testing.unknown_fields import with_future_fields

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
MODULE = {"id": "r1", "title": "Module 1", "met": False, "url": "https://lms.example/m/1"}


class NoSecret:
    """Nothing is signed with."""

    def of(self, _settings: Settings) -> None:
        return None


@pytest.fixture
def inbox() -> Iterator[LmsInbox]:
    with an_inbox() as inbox:
        inbox.status = 200
        yield inbox


def ask(inbox: LmsInbox, *users: str) -> dict[str, Access]:
    lms = Lms(requests.Session(), NoSecret(), lambda: NOW, is_local=True)  # type: ignore[arg-type]
    settings = Settings(access_validation=AccessValidation(check_url=inbox.url))
    return ask_who_has_access(lms, settings, "ev-1", LeadTime(version=1, minutes=60), users)


def decide(inbox: LmsInbox, *decisions: Any) -> None:
    inbox.body = json.dumps({"decisions": decisions}).encode()


def test_decisions_are_read_with_their_requirements(inbox: LmsInbox) -> None:
    decide(
        inbox,
        {"user_id": "kim", "granted": False, "requirements": [MODULE], "why": "not known here"},
        {"user_id": "sam", "granted": True},
    )
    assert ask(inbox, "kim", "sam", "al") == {
        "kim": Access(granted=False, requirements=(Requirement(**MODULE),)),
        "sam": Access(),
    }
    assert inbox.received[0].json == {"event_id": "ev-1", "user_ids": ["kim", "sam", "al"]}


def test_an_answer_with_fields_that_nobody_knows_is_read(inbox: LmsInbox) -> None:
    told = {"user_id": "kim", "granted": False, "requirements": [MODULE]}
    inbox.body = json.dumps(with_future_fields({"decisions": [told]})).encode()

    assert ask(inbox, "kim") == {
        "kim": Access(granted=False, requirements=(Requirement(**MODULE),))
    }


def test_the_same_question_has_the_same_id_and_another_page_another_one(inbox: LmsInbox) -> None:
    decide(inbox)
    for user in ("kim", "kim", "sam"):
        ask(inbox, user)
    first, again, other = (each.headers["webhook-id"] for each in inbox.received)
    assert first == again != other


@pytest.mark.parametrize(
    "entry",
    [
        7,
        None,
        {"user_id": "kim"},
        {"user_id": "kim", "granted": "no"},
        {"user_id": "kim", "granted": None},
        {"user_id": ["kim"], "granted": False},
        {"user_id": "stranger", "granted": False},
        {"user_id": "kim", "granted": False, "requirements": [MODULE | {"title": ""}]},
        {"user_id": "kim", "granted": False, "requirements": [MODULE | {"title": "x" * 201}]},
        {"user_id": "kim", "granted": False, "requirements": [MODULE | {"url": "javascript:1"}]},
        {"user_id": "kim", "granted": False, "requirements": [MODULE] * 101},
        {"user_id": "kim", "granted": False, "requirements": "none"},
    ],
    ids=str,
)
def test_a_decision_that_cannot_be_read_leaves_the_others(inbox: LmsInbox, entry: object) -> None:
    decide(inbox, entry, {"user_id": "sam", "granted": False})
    assert ask(inbox, "kim", "sam") == {"sam": Access(granted=False)}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b""),
        (404, b'{"decisions": []}'),
        (302, b'{"decisions": []}'),
        (200, b""),
        (200, b"<html>"),
        (200, b"[]"),
        (200, b'{"decisions": {}}'),
        (200, b'{"decisions": null}'),
        (200, b"[" * 100_000),
        (200, b"\xff\xfe"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_an_answer_without_decisions_is_none(inbox: LmsInbox, status: int, body: bytes) -> None:
    inbox.status, inbox.body = status, body
    with pytest.raises(LmsUnavailable):
        ask(inbox, "kim")
