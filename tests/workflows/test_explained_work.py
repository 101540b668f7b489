"""What goes wrong at Zoom is explained: why, since when, who has to act, and what comes next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.event import Host
from lectern_testing.builders import HOST_EMAIL, an_enrollment
from lectern_testing.lms.api import Lms
from lectern_testing.on_stage.lms import lms_on
from lectern_testing.stage import Stage

Why = dict[str, Any]


def in_the_way(lms: Lms, user_id: str | None = None) -> list[Why]:
    query = {"user_id": user_id} if user_id else {}
    answered = lms.get("/v1/events/ev-1/explanation", query=query)
    return [each for each in answered.json["findings"] if each["severity"] != "notes"]


def host_is(**state: Any) -> dict[str, Any]:
    return {"users": [{"email": HOST_EMAIL, **state}]}


OF_THE_HOST = [
    (host_is(type=1), "host_not_licensed", "zoom_admin"),
    (host_is(status="inactive"), "host_not_in_zoom", "zoom_admin"),
    (host_is(status="pending"), "host_not_in_zoom", "host"),
    (host_is(status="invitation_expired"), "host_not_in_zoom", "zoom_admin"),
    ({"credentials": {"client_secret": "another"}}, "zoom_credentials_invalid", "zoom_admin"),
]


@pytest.mark.parametrize(("seed", "code", "who"), OF_THE_HOST)
def test_a_misconfiguration_is_found_on_the_event_and_on_everybody_of_it(
    stage: Stage, seed: dict[str, Any], code: str, who: str
) -> None:
    lms = lms_on(stage)
    stage.seed(**seed)
    stage.event_with_people(1)
    stage.synchronise()

    for user_id in (None, "u-00000", "u-host"):
        [finding] = in_the_way(lms, user_id)
        assert (finding["code"], finding["severity"], finding["who"]) == (code, "blocks", who)
        assert finding["since"] is not None


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"kind": "html_500", "operation": "*"}, "zoom_unavailable"),
        ({"kind": "rate_limit_daily", "operation": "create_meeting"}, "zoom_daily_limit"),
    ],
)
def test_what_passes_by_itself_says_until_when(
    stage: Stage, fault: dict[str, Any], code: str
) -> None:
    lms = lms_on(stage)
    stage.event_with_people(1)
    seen: list[Why] = []

    def look(seconds: float) -> None:
        seen.extend(in_the_way(lms))
        advance(seconds)

    advance, stage.wait = stage.wait, look  # type: ignore[method-assign]
    stage.fault(**fault, times=20)
    stage.synchronise()

    told = [each for each in seen if each["code"] == code]
    assert told
    assert all((each["severity"], each["who"]) == ("waits", "lectern") for each in told)
    assert any(each["next_attempt_at"] for each in told)


def test_a_missing_scope_is_named(stage: Stage) -> None:
    lms = lms_on(stage)
    scopes = set(stage.world.seed.scopes) - {"meeting:write:meeting:admin"}
    stage.seed(scopes=sorted(scopes))
    stage.event_with_people(1)
    stage.synchronise()

    [finding] = in_the_way(lms)
    assert finding["code"] == "zoom_scope_missing"
    assert "meeting:write:meeting:admin" in finding["message"]


def test_a_problem_lasts_since_it_came_and_is_gone_with_its_cause(stage: Stage) -> None:
    lms = lms_on(stage)
    stage.seed(**host_is(type=1))
    stage.event_with_people(1)
    stage.synchronise()
    [first] = in_the_way(lms)

    stage.clock.advance(timedelta(hours=2))
    lms.post("/v1/events/ev-1/sync")
    [again] = in_the_way(lms)
    assert (again["severity"], again["who"]) == ("waits", "lectern")
    stage.synchronise()
    [last] = in_the_way(lms)
    assert (last["code"], last["since"]) == (first["code"], first["since"])

    stage.seed(**host_is(type=2))
    lms.post("/v1/events/ev-1/sync")
    stage.synchronise()
    assert in_the_way(lms) == []
    assert lms.get("/v1/events/ev-1/explanation", query={"user_id": "u-00000"}).json["can_join"]
    assert stage.event().sync.lasting is None


def test_another_problem_lasts_since_it_took_the_place_of_the_first(stage: Stage) -> None:
    lms = lms_on(stage)
    stage.seed(**host_is(type=1))
    stage.event_with_people(0)
    stage.synchronise()
    [first] = in_the_way(lms)

    stage.clock.advance(timedelta(hours=2))
    stage.change_details(host=Host(user_id="u-9", email="nobody@acme.example"))
    stage.synchronise()

    [other] = in_the_way(lms)
    assert other["code"] == "host_not_in_zoom"
    assert other["since"] > first["since"]


def test_a_person_who_fails_says_since_when_and_nobody_else_does(stage: Stage) -> None:
    lms = lms_on(stage)
    stage.synchronised_event(1)
    stage.clock.advance(timedelta(hours=1))
    twin = an_enrollment("twin", now=stage.clock.now(), person=stage.enrollment("u-00000").person)
    stage.enrol(twin)
    stage.synchronise()
    [first] = in_the_way(lms, "twin")

    stage.clock.advance(timedelta(hours=1))
    lms.post("/v1/events/ev-1/sync")
    stage.synchronise()

    [finding] = in_the_way(lms, "twin")
    assert (finding["code"], finding["who"]) == ("duplicate_email", "lms")
    assert finding["since"] == first["since"]
    assert in_the_way(lms, "u-00000") == []
    [note] = lms.get("/v1/events/ev-1/explanation").json["findings"][:1]
    assert note["code"] in {"people_not_registered", "webhook_secret_missing"}
