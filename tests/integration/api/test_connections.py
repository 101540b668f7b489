from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from lectern.api.http.problems import InvalidField
from lectern.domain.connection_health import HealthState
from lectern.domain.errors import ZoomUnavailable
from lectern.domain.settings import DEFAULT_CONNECTION
from lectern.domain.webhook_secrets import STORED_AS, read_secrets
from lectern_testing.builders import a_details, a_meeting, an_event
from lectern_testing.lms.api import MORNING, Answered, Lms

CREDENTIALS = {"account_id": "acc", "client_id": "cid", "client_secret": "hush"}
SET = {"set": True, "changed_at": "2026-11-30T09:00:00Z"}
UNSET = {"set": False, "changed_at": None}
UNKNOWN = {"state": "unknown", "since": None, "checked_at": None, "problem": None}
LATER = MORNING + timedelta(hours=3)


def path(name: str = "north") -> str:
    return f"/v1/connections/{name}"


def put(lms: Lms, name: str = "north", /, **changes: Any) -> Answered:
    return lms.put(path(name), CREDENTIALS | changes)


def secrets(lms: Lms, name: str = "north") -> Any:
    return lms.parts.secrets().get(name)


def webhook_keys(lms: Lms) -> dict[str, str]:
    text = lms.parts.secrets()._read(STORED_AS)
    return {each.connection: each.key for each in read_secrets(text) if each.until is None}


def refuse(lms: Lms, pointer: str = "/zoom/client_secret") -> None:
    lms.parts.zoom.faults_to_find = [InvalidField(pointer=pointer, detail="Zoom says no.")]


def everything(lms: Lms) -> list[Any]:
    return [lms.get("/v1/connections").json, lms.get("/v1/settings").json, webhook_keys(lms)]


def test_there_is_none_at_first(lms: Lms) -> None:
    assert lms.get("/v1/connections").json == {"items": [], "next_cursor": None}
    answer = lms.get(path())
    assert (answer.status, answer.json["code"]) == (404, "connection_not_found")
    assert lms.delete(path()).status == 404


def test_one_is_checked_and_kept_and_its_secrets_never_read_back(lms: Lms) -> None:
    answer = put(lms, webhook_secret_token="token")

    assert (answer.status, lms.parts.zoom.asked) == (202, [("acc", "cid", "hush")])
    assert answer.json == {
        "connection_id": "north",
        "application_type": "server_to_server_oauth",
        "account_id": "acc",
        "client_id": "cid",
        "client_secret": SET,
        "webhook_secret_token": SET,
        "health": UNKNOWN,
    }
    assert lms.get(path()).json == answer.json
    assert lms.get("/v1/connections").json["items"] == [answer.json]
    assert secrets(lms).client_secret == "hush"
    assert webhook_keys(lms) == {"north": "token"}
    assert "hush" not in answer.text + lms.log
    assert [each.connection_id for each in lms.parts.checked] == ["north"]
    assert [each.connection_id for each in lms.parts.limits.found_for] == ["north"]


def test_what_was_read_can_be_put_back_without_a_write_or_a_call(lms: Lms) -> None:
    put(lms, webhook_secret_token="token")
    lms.parts.zoom.asked.clear()
    read = lms.get(path()).json

    answer, writes = lms.writes(lambda: lms.put(path(), read))

    assert (answer.status, answer.json, writes, lms.parts.zoom.asked) == (200, read, [], [])
    assert lms.put(path(), {}).status == 200


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/account_id", "/client_id", "/client_secret"]),
        ({"webhook_secret_token": "x"}, ["/account_id", "/client_id", "/client_secret"]),
        ({"account_id": "x", "client_id": "y"}, ["/client_secret"]),
        ({"client_secret": ""}, ["/client_secret"]),
        ({"account_id": "æ"}, ["/account_id"]),
        ({"application_type": "jwt"}, ["/application_type"]),
        ({"colour": "red"}, ["/colour"]),
        ({"connection_id": "south"}, ["/connection_id"]),
    ],
)
def test_what_a_connection_cannot_be_is_told_where_it_is(
    lms: Lms, body: dict[str, Any], pointers: list[str]
) -> None:
    answer, writes = lms.writes(lambda: lms.put(path(), body))

    assert (answer.status, answer.pointers, writes) == (422, pointers, [])


@pytest.mark.parametrize("part", ["account_id", "client_id", "client_secret"])
def test_what_zoom_refuses_leaves_everything_as_it_was(lms: Lms, part: str) -> None:
    put(lms, webhook_secret_token="token")
    before = [everything(lms), secrets(lms)]
    refuse(lms, f"/zoom/{part}")

    answer = lms.put(path(), {part: "wrong", "webhook_secret_token": "other"})

    assert (answer.status, answer.pointers) == (422, [f"/{part}"])
    assert [everything(lms), secrets(lms)] == before


def test_one_that_zoom_refuses_at_first_is_not_there(lms: Lms) -> None:
    refuse(lms)

    assert put(lms).status == 422
    assert (lms.get(path()).status, secrets(lms), webhook_keys(lms)) == (404, None, {})


def test_one_that_zoom_cannot_be_asked_about_is_not_stored(lms: Lms) -> None:
    lms.parts.zoom.error = ZoomUnavailable("request_token", unclear=True)

    assert put(lms).status == 503
    assert (lms.get(path()).status, secrets(lms)) == (404, None)


def test_others_need_no_webinars_where_the_settings_switch_them_on(lms: Lms) -> None:
    lms.put("/v1/settings", {"features": {"webinars": True}})

    assert put(lms).status == 202
    assert lms.parts.zoom.asked_for_webinars == 0
    assert put(lms, DEFAULT_CONNECTION).status == 202
    assert lms.parts.zoom.asked_for_webinars == 1


def test_each_keeps_its_own_secrets(lms: Lms) -> None:
    put(lms, webhook_secret_token="of-north")
    put(lms, "sou:th", client_secret="other", webhook_secret_token="of-south")
    lms.put(path("sou:th"), {"webhook_secret_token": None})

    assert secrets(lms).client_secret == "hush"
    assert secrets(lms, "sou:th").client_secret == "other"
    assert webhook_keys(lms) == {"north": "of-north"}
    assert lms.get(path("sou:th")).json["webhook_secret_token"] == UNSET


def test_the_settings_have_the_connection_default(lms: Lms) -> None:
    lms.put("/v1/settings", {"zoom": CREDENTIALS})
    assert lms.get(path(DEFAULT_CONNECTION)).json["account_id"] == "acc"

    assert put(lms, DEFAULT_CONNECTION, account_id="other").status == 202
    zoom = lms.get("/v1/settings").json["zoom"]
    assert (zoom["account_id"], zoom["client_secret"]["set"]) == ("other", True)

    assert lms.delete(path(DEFAULT_CONNECTION)).status == 202
    zoom = lms.get("/v1/settings").json["zoom"]
    assert (zoom["account_id"], zoom["client_secret"]) == (None, UNSET)


def test_they_are_listed_in_pages_by_id(lms: Lms) -> None:
    for name in ("b:2", "a", "c@x"):
        put(lms, name)

    first = lms.get("/v1/connections", query={"limit": 2}).json
    second = lms.get("/v1/connections", query={"limit": 2, "cursor": first["next_cursor"]}).json

    names = [[each["connection_id"] for each in page["items"]] for page in (first, second)]
    assert (names, second["next_cursor"]) == ([["a", "b:2"], ["c@x"]], None)
    for cursor in ("made-up", ""):
        assert lms.get("/v1/connections", query={"cursor": cursor}).pointers == ["/cursor"]


def test_an_event_needs_one_that_is_there(lms: Lms) -> None:
    answer = lms.put_event(connection="north")
    assert (answer.status, answer.pointers) == (422, ["/connection"])
    put(lms)
    assert lms.put_event(connection="north").json["connection"] == "north"


class TestDeletion:
    def test_takes_secrets_and_all_that_was_known(self, lms: Lms) -> None:
        put(lms, webhook_secret_token="token")
        put(lms, "south", webhook_secret_token="kept")
        lms.parts.scopes().granted("north", ["a:b"], MORNING)

        answer = lms.delete(path())

        assert (answer.status, answer.json["connection_id"]) == (202, "north")
        assert (secrets(lms), webhook_keys(lms)) == (None, {"south": "kept"})
        assert lms.parts.scopes().knowledge("north").granted is None
        assert lms.get(path()).status == lms.delete(path()).status == 404
        assert lms.get(path("south")).status == 200

    def test_leaves_the_name_free(self, lms: Lms) -> None:
        put(lms)
        lms.delete(path())
        assert put(lms, client_secret="new").status == 202
        assert secrets(lms).client_secret == "new"

    def test_is_refused_while_events_use_it_and_says_how_many(self, lms: Lms) -> None:
        put(lms, webhook_secret_token="token")
        for n in range(3):
            lms.put_event(f"ev-{n}", connection="north")
        lms.put_event("ev-other")
        before = everything(lms)

        answer = lms.delete(path())

        assert (answer.status, answer.json["code"]) == (409, "connection_in_use")
        assert answer.json["event_count"] == 3
        assert "Events: 3." in answer.json["detail"]
        assert everything(lms) == before
        assert secrets(lms).client_secret == "hush"

    def test_works_once_the_events_are_over_cancelled_or_elsewhere(self, lms: Lms) -> None:
        put(lms)
        put(lms, "south")
        for name in ("over", "cancelled", "moved"):
            lms.put_event(name, connection="north")
        lms.delete("/v1/events/cancelled")
        lms.put_event("moved", connection="south", starts_at="2026-12-24T09:00:00Z")
        assert lms.delete(path()).json["event_count"] == 1

        lms.parts.moment = MORNING + timedelta(days=1, hours=2)
        assert lms.delete(path()).status == 202
        assert lms.delete(path("south")).json["event_count"] == 1

    @pytest.mark.parametrize("fields", ["retired", "meeting"])
    def test_waits_for_what_is_still_to_be_deleted_at_zoom(self, lms: Lms, fields: str) -> None:
        put(lms)
        there = a_meeting(a_details(connection="north"))
        left = {"retired": (there,)} if fields == "retired" else {"meeting": there}
        event = an_event(now=MORNING, **left)
        if fields == "meeting":
            event = event.model_copy(update={"status": "cancelled"})
        lms.parts.events().create(event)

        assert lms.delete(path()).json["event_count"] == 1


class TestHealth:
    def note(self, lms: Lms, state: HealthState, at: datetime, said: str = "") -> None:
        connection = lms.parts.settings().connection("north")
        assert connection is not None
        lms.parts.settings().note_health(connection, state, at, said)

    def health(self, lms: Lms) -> Any:
        return lms.get(path()).json["health"]

    def test_says_what_zoom_said_and_since_when(self, lms: Lms) -> None:
        put(lms)
        self.note(lms, HealthState.WORKING, MORNING)
        self.note(lms, HealthState.FAILING, LATER, "Invalid client_id or client_secret")
        again = LATER + timedelta(minutes=5)
        self.note(lms, HealthState.FAILING, again, "Invalid client_id or client_secret")

        told = self.health(lms)
        assert (told["state"], told["since"]) == ("failing", "2026-11-30T12:00:00Z")
        assert told["checked_at"] == "2026-11-30T12:05:00Z"
        assert told["problem"]["code"] == "zoom_credentials_invalid"
        assert "Zoom says: Invalid client_id or client_secret" in told["problem"]["message"]
        assert lms.get("/v1/connections").json["items"][0]["health"] == told

    def test_heals(self, lms: Lms) -> None:
        put(lms)
        self.note(lms, HealthState.FAILING, MORNING, "no")
        self.note(lms, HealthState.WORKING, LATER)

        told = self.health(lms)
        assert (told["state"], told["since"], told["problem"]) == (
            "working",
            "2026-11-30T12:00:00Z",
            None,
        )

    def test_of_what_was_replaced_or_is_older_says_nothing(self, lms: Lms) -> None:
        put(lms)
        former = lms.parts.settings().connection("north")
        assert former is not None
        put(lms, client_secret="new")
        lms.parts.settings().note_health(former, HealthState.FAILING, LATER)
        self.note(lms, HealthState.WORKING, LATER)
        self.note(lms, HealthState.FAILING, MORNING)

        assert self.health(lms)["state"] == "working"

    def test_credentials_that_are_saved_anew_are_checked_though_they_are_the_same(
        self, lms: Lms
    ) -> None:
        put(lms)
        self.note(lms, HealthState.FAILING, LATER)
        refuse(lms)
        assert put(lms).pointers == ["/client_secret"]

        lms.parts.zoom.faults_to_find = []
        lms.parts.checked.clear()
        assert put(lms).status == 200
        assert [each.connection_id for each in lms.parts.checked] == ["north"]


def test_the_budget_is_each_connections_own(lms: Lms) -> None:
    put(lms)
    assert lms.get("/v1/budget").json["connection"] == "default"
    assert lms.get("/v1/budget", query={"connection": "north"}).json["connection"] == "north"
    answer = lms.get("/v1/budget", query={"connection": "south"})
    assert (answer.status, answer.json["code"]) == (404, "connection_not_found")


def test_no_secret_is_in_an_answer_or_a_log_line(lms: Lms) -> None:
    marked = {"client_secret": "SECRET-1", "webhook_secret_token": "SECRET-2"}
    said = [put(lms, **marked), lms.get(path()), lms.get("/v1/connections")]
    said += [lms.put(path(), marked | {"client_id": "no blanks"}), lms.put(path(), marked)]
    refuse(lms)
    said += [put(lms, account_id="other", **marked), lms.delete(path())]

    assert "SECRET-" not in json.dumps([answer.text for answer in said]) + lms.log
