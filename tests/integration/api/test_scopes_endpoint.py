from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from lectern.domain.errors import ZoomUnavailable
from lectern.domain.scopes import SCOPES
from lectern_testing.lms.api import MORNING, Answered, Lms

CREDENTIALS = {"account_id": "acc", "client_id": "cid", "client_secret": "hush"}
NAMES = [scope.name for scope in SCOPES]
SCOPES_PATH = "/v1/scopes"


def connect(lms: Lms, name: str = "default") -> None:
    lms.put(f"/v1/connections/{name}", CREDENTIALS)
    lms.parts.checked.clear()


def grant(lms: Lms, *names: str, connection: str = "default", at: datetime = MORNING) -> None:
    lms.parts.scopes().granted(connection, names, at)


def states(answer: Answered) -> dict[str, str]:
    return {each["scope"]: each["state"] for each in answer.json["items"]}


def test_nothing_is_known_before_zoom_said_something(lms: Lms) -> None:
    connect(lms)

    answer = lms.get(SCOPES_PATH)

    assert (answer.json["connection"], answer.json["checked_at"]) == ("default", None)
    assert list(states(answer)) == NAMES
    assert set(states(answer).values()) == {"unknown"}
    assert answer.json["superfluous"] == []


@pytest.mark.parametrize("missing", NAMES)
def test_the_one_that_is_missing_is_named_with_what_stops_working(lms: Lms, missing: str) -> None:
    connect(lms)
    lms.put("/v1/settings", {"features": {"webinars": True}})
    grant(lms, *(name for name in NAMES if name != missing))

    answer = lms.get(SCOPES_PATH)

    assert [name for name, state in states(answer).items() if state != "granted"] == [missing]
    (finding,) = [each for each in answer.json["items"] if each["scope"] == missing]
    assert set(finding) == {"scope", "feature", "state", "without"}
    assert (finding["state"], answer.json["checked_at"]) == ("missing", "2026-11-30T09:00:00Z")
    assert finding["without"]


def test_one_of_a_feature_that_is_off_is_told_as_such(lms: Lms) -> None:
    connect(lms)
    grant(lms)

    said = {each["scope"]: each["without"] for each in lms.get(SCOPES_PATH).json["items"]}

    assert said["webinar:write:webinar:admin"].startswith(
        "Nothing as it is set: Webinars are switched off."
    )
    assert said["meeting:write:meeting:admin"] == "No meeting is made for a new event."


def test_a_refusal_counts_until_a_token_says_otherwise(lms: Lms) -> None:
    connect(lms)
    grant(lms, *NAMES)
    lms.parts.scopes().refused("default", NAMES[0], MORNING + timedelta(seconds=1))
    answer = lms.get(SCOPES_PATH)
    assert states(answer)[NAMES[0]] == "missing"
    assert answer.json["checked_at"] == "2026-11-30T09:00:01Z"

    grant(lms, *NAMES, at=MORNING + timedelta(seconds=2))
    assert set(states(lms.get(SCOPES_PATH)).values()) == {"granted"}


def test_each_connection_has_its_own(lms: Lms) -> None:
    connect(lms)
    connect(lms, "north")
    grant(lms, *NAMES)
    grant(lms, "meeting:write:admin", "dashboard:read:admin", connection="north")

    north = lms.get(SCOPES_PATH, query={"connection": "north"})

    assert set(states(lms.get(SCOPES_PATH)).values()) == {"granted"}
    assert (north.json["connection"], north.json["superfluous"]) == (
        "north",
        ["dashboard:read:admin"],
    )
    assert states(north)["meeting:delete:meeting:admin"] == "granted"
    assert states(north)["meeting:read:meeting:admin"] == "missing"


def test_a_connection_that_is_not_there_is_404(lms: Lms) -> None:
    answer = lms.get(SCOPES_PATH, query={"connection": "south"})
    assert (answer.status, answer.json["code"]) == (404, "connection_not_found")
    assert lms.get(SCOPES_PATH).status == 404


@pytest.mark.parametrize("query", [{"connection": "a b"}, {"connection": ""}, {"colour": "red"}])
def test_what_the_query_cannot_be_is_422(lms: Lms, query: dict[str, str]) -> None:
    (name,) = query
    answer = lms.get(SCOPES_PATH, query=query)
    assert (answer.status, answer.pointers) == (422, [f"/{name}"])


def test_zoom_is_asked_where_what_is_known_is_not_of_this_minute(lms: Lms) -> None:
    connect(lms)
    grant(lms, *NAMES)
    lms.get(SCOPES_PATH)
    assert lms.parts.checked == []

    lms.parts.moment = MORNING + timedelta(minutes=1)
    lms.get(SCOPES_PATH)
    assert [each.connection_id for each in lms.parts.checked] == ["default"]


def test_a_zoom_that_does_not_answer_leaves_what_is_known(
    lms: Lms, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(lms)
    grant(lms, *NAMES, at=MORNING - timedelta(hours=1))

    def fails(_connection: object) -> None:
        raise ZoomUnavailable("request_token", unclear=True)

    monkeypatch.setattr(lms.parts, "check_connection", fails)
    answer = lms.get(SCOPES_PATH)
    assert (answer.status, set(states(answer).values())) == (200, {"granted"})
