"""Who is only listed as an instructor: no enrollment to the LMS, and changed, exported, erased."""

from __future__ import annotations

from typing import Any

import pytest

from lectern_testing.lms.api import Lms, an_event_body
from lectern_testing.on_stage.lms import lms_on
from lectern_testing.stage import Stage

PEOPLE = "/v1/events/ev-1/enrollments"
GUEST = {"user_id": "u-guest", "email": "guest@elsewhere.example", "name": "Gus Guest"}


@pytest.fixture
def lms(stage: Stage) -> Lms:
    """An LMS with an event in sync, whose one instructor is nobody's Zoom user."""
    lms = lms_on(stage)
    lms.put("/v1/events/ev-1", an_event_body(starts_at="2100-01-01T10:00:00Z", instructors=[GUEST]))
    stage.synchronise()
    return lms


def join(lms: Lms, stage: Stage) -> dict[str, Any]:
    look = lms.parts.joins().look("u-guest", "ev-1")
    return look.decide(stage.clock.now()).model_dump(mode="json")


def test_is_no_enrollment(lms: Lms, stage: Stage) -> None:
    assert join(lms, stage)["state"] == "join"
    assert lms.get(f"{PEOPLE}/u-guest").status == 404
    assert lms.delete(f"{PEOPLE}/u-guest").status == 404
    access = {"granted": False}
    assert lms.put(f"{PEOPLE}/u-guest/access", access).status == 404
    for query in ({}, {"state": "registered"}):
        assert lms.get(PEOPLE, query=query).json["items"] == []
    assert lms.get("/v1/events/ev-1").json["participants"]["enrolled"] == 0


def test_is_not_removed_with_the_roster(lms: Lms, stage: Stage) -> None:
    assert lms.put(PEOPLE, {"enrollments": []}).status == 200
    assert join(lms, stage)["state"] == "join"


def test_can_be_enrolled_and_removed_and_stays_an_instructor(lms: Lms, stage: Stage) -> None:
    body = {"email": GUEST["email"], "first_name": "Gus"}
    assert lms.put(f"{PEOPLE}/u-guest", body).status == 202
    stage.synchronise()
    assert stage.where_people_stand() == {"registered": 1}
    seen = lms.get(f"{PEOPLE}/u-guest").json["sync"]
    assert seen["message"].startswith("Joins as a participant")

    assert lms.delete(f"{PEOPLE}/u-guest").status == 202
    stage.synchronise()
    assert stage.where_people_stand() == {}
    assert set(stage.registrants()) == {GUEST["email"]}
    assert join(lms, stage)["role"] == "instructor"


def test_follows_a_change_of_the_user(lms: Lms, stage: Stage) -> None:
    changed = {"email": "gus@new.example", "first_name": "Gustav", "last_name": "Guest"}
    answer = lms.put("/v1/users/u-guest", changed)
    assert (answer.status, answer.json) == (202, {"enrollments": 1})
    stage.synchronise()

    (instructor,) = lms.get("/v1/events/ev-1").json["instructors"]
    assert instructor == GUEST | {"email": "gus@new.example", "name": "Gustav Guest"}
    assert set(stage.registrants()) == {"gus@new.example"}
    assert lms.put("/v1/users/u-guest", changed).status == 200


def test_is_synchronised_by_a_login(lms: Lms) -> None:
    assert lms.post("/v1/users/u-guest/login").json == {"enrollments": 1}


def test_is_exported(lms: Lms) -> None:
    (item,) = lms.get("/v1/users/u-guest").json["items"]
    assert (item["enrolled"], item["role"], item["email"]) == (False, "instructor", GUEST["email"])
    assert item["registered_as"]["first_name"] == "Gus Guest"


def test_is_erased_with_the_user(lms: Lms, stage: Stage) -> None:
    answer = lms.delete("/v1/users/u-guest")
    assert (answer.status, answer.json) == (202, {"enrollments": 1})
    stage.synchronise()

    assert lms.get("/v1/events/ev-1").json["instructors"] == []
    assert stage.registrants() == {}
    assert lms.get("/v1/users/u-guest").status == 404
    items = stage.events._table._client.scan(TableName=stage.events._table._name)["Items"]
    kept = [item for item in items if item["PK"]["S"].startswith(("EVENT#", "OUTBOX", "TOLD"))]
    assert "guest" not in str(kept)
    assert lms.delete("/v1/users/u-guest").json == {"enrollments": 0}


def test_an_alternative_host_s_link_on_a_course_page_is_fetched_when_clicked(stage: Stage) -> None:
    lms = lms_on(stage)
    bo = {"user_id": "u-bo", "email": "bo@acme.example"}
    lms.put("/v1/events/ev-1", an_event_body(starts_at="2100-01-01T10:00:00Z", instructors=[bo]))
    stage.synchronise()
    stage.forget_calls()

    (item,) = lms.post("/v1/users/u-bo/join-decisions", {"event_ids": ["ev-1"]}).json["items"]

    assert (item["state"], item["role"]) == ("join", "instructor")
    assert item["url"].startswith("https://api.example/live/join/")
    assert stage.calls() == {}
