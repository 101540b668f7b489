"""POST and GET /v1/validation: started once at a time, read, listed, and refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.settings import Connection
from lectern.domain.validation import CheckFinding, CheckId, CheckState
from lectern_testing.lms.api import Lms

VALIDATION = "/v1/validation"
CHECKS = [
    "credentials",
    "scopes",
    "plan",
    "host",
    "creation",
    "webinar",
    "participants",
    "join",
    "updates",
    "access",
    "webhooks",
    "emails",
    "limits",
    "cleanup",
]


def started(lms: Lms, **body: Any) -> str:
    answer = lms.post(VALIDATION, body)
    assert answer.status == 202
    assert set(answer.json) == {"validation_id"}
    return str(answer.json["validation_id"])


def end(lms: Lms, name: str) -> None:
    validation = lms.parts.validations().get(name)
    assert validation is not None
    ended = validation.model_copy(update={"ended_at": lms.parts.moment})
    lms.parts.validations().save(ended)


def connect(lms: Lms, name: str) -> None:
    connection = Connection(
        connection_id=name,
        account_id="a",
        client_id="c",
        client_secret_changed_at=lms.parts.moment,
    )
    lms.parts.settings().put_connection(connection, was_version=0)


def test_it_is_started_and_shows_every_check_in_order(lms: Lms) -> None:
    name = started(lms)
    shown = lms.get(f"{VALIDATION}/{name}").json
    assert set(shown) == {
        "validation_id",
        "connection",
        "state",
        "started_at",
        "ended_at",
        "checks",
    }
    assert (shown["state"], shown["connection"], shown["ended_at"]) == ("running", "default", None)
    assert shown["started_at"].endswith("Z")
    assert [each["id"] for each in shown["checks"]] == CHECKS
    for each in shown["checks"]:
        assert set(each) == {"id", "title", "state", "detail", "remedy"}
        assert each["state"] == "pending"
        assert each["title"]


@pytest.mark.parametrize("raw", [None, "", "{}"])
def test_a_body_may_be_left_out(lms: Lms, raw: str | None) -> None:
    assert lms.post(VALIDATION, raw=raw).status == 202


def test_while_one_runs_another_start_answers_its_id(lms: Lms) -> None:
    first = started(lms)
    assert started(lms, host={"email": "anna@acme.example"}) == first
    end(lms, first)
    assert started(lms) != first


def test_one_that_died_does_not_keep_others_from_being_started(lms: Lms) -> None:
    first = started(lms)
    lms.parts.moment += timedelta(minutes=3)
    shown = lms.get(f"{VALIDATION}/{first}").json
    assert shown["state"] == "failed" or shown["ended_at"]
    assert started(lms) != first


def test_each_connection_has_its_own(lms: Lms) -> None:
    connect(lms, "other")
    first, second = started(lms), started(lms, connection="other")
    assert first != second
    of_other = lms.get(VALIDATION, query={"connection": "other"}).json["items"]
    assert [each["validation_id"] for each in of_other] == [second]


def test_the_list_has_the_last_one_first_and_pages(lms: Lms) -> None:
    names = []
    for _ in range(3):
        names.append(started(lms))
        end(lms, names[-1])
        lms.parts.moment += timedelta(seconds=1)
    page = lms.get(VALIDATION, query={"limit": 2}).json
    assert [each["validation_id"] for each in page["items"]] == [names[2], names[1]]
    rest = lms.get(VALIDATION, query={"limit": 2, "cursor": page["next_cursor"]}).json
    assert [each["validation_id"] for each in rest["items"]] == [names[0]]
    assert rest["next_cursor"] is None


def test_what_a_check_found_is_shown(lms: Lms) -> None:
    name = started(lms)
    validation = lms.parts.validations().get(name)
    assert validation is not None
    found = CheckFinding(state=CheckState.FAILED, detail="Why.", remedy="Where.")
    lms.parts.validations().save(validation.found(CheckId.PLAN, found))
    shown = lms.get(f"{VALIDATION}/{name}").json["checks"][2]
    assert (shown["state"], shown["detail"], shown["remedy"]) == ("failed", "Why.", "Where.")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"host": {"email": "no address"}}, "/host/email"),
        ({"host": {}}, "/host/email"),
        ({"host": "anna@acme.example"}, "/host"),
        ({"connection": "not an id!"}, "/connection"),
        ({"hosts": None}, "/hosts"),
    ],
)
def test_what_cannot_be_is_refused(lms: Lms, body: dict[str, Any], pointer: str) -> None:
    answer = lms.post(VALIDATION, body)
    assert answer.status == 422
    assert answer.pointers == [pointer]


def test_what_there_is_not_is_not_found(lms: Lms) -> None:
    unknown = lms.post(VALIDATION, {"connection": "nobody"})
    assert (unknown.status, unknown.json["code"]) == (404, "connection_not_found")
    assert lms.get(VALIDATION, query={"connection": "nobody"}).status == 404
    missing = lms.get(f"{VALIDATION}/nothing")
    assert (missing.status, missing.json["code"]) == (404, "validation_not_found")


@pytest.mark.parametrize("raw", ["[]", "nonsense"])
def test_a_body_that_is_no_object_is_refused(lms: Lms, raw: str) -> None:
    assert lms.post(VALIDATION, raw=raw).status == 400
