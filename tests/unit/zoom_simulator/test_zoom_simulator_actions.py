"""What people do to meetings and webinars by hand, and other apps of the account."""

from __future__ import annotations

from typing import Any

import pytest

from lectern_testing.zoom.simulated_account import HOST, WEBINAR_HOST, SimulatedZoom, refusal

SAM = "sam@school.example"
DAILY = {"type": 1, "end_times": 5}
OTHER_HOSTS = {"meetings": "bo@acme.example", "webinars": "walt@acme.example"}
each_kind = pytest.mark.parametrize("of", ["meetings", "webinars"])


def scheduled(
    of: str, **seed: dict[str, list[dict[str, Any]]]
) -> tuple[SimulatedZoom, dict[str, Any], dict[str, int]]:
    """An account with a session of a kind, which is named as actions want it."""
    zoom = SimulatedZoom(**seed)
    made = zoom.create() if of == "meetings" else zoom.create_webinar()
    return zoom, made, {f"{of.removesuffix('s')}_id": made["id"]}


def read(zoom: SimulatedZoom, of: str, made: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = zoom.call("GET", f"/{of}/{made['id']}").json()
    return found


def user_id(zoom: SimulatedZoom, email: str) -> str:
    found: str = zoom.call("GET", f"/users/{email}").json()["id"]
    return found


def host_of(zoom: SimulatedZoom, start_url: str) -> str:
    found: str = zoom.follow(start_url).json()["email"]
    return found


@each_kind
def test_a_session_that_is_handed_over_has_another_host_and_the_same_people(of: str) -> None:
    zoom, made, named = scheduled(of)
    zoom.register_batch(made["id"], [SAM], of=of)
    [before] = zoom.registrants(made["id"], of=of)
    other = OTHER_HOSTS[of]
    zoom.act(f"transfer_{of.removesuffix('s')}", **named, to=other)
    shown = read(zoom, of, made)
    assert (shown["host_id"], shown["host_email"]) == (user_id(zoom, other), other)
    assert host_of(zoom, shown["start_url"]) == other
    assert zoom.follow(made["start_url"]).status_code == 403
    assert shown["join_url"] == made["join_url"]
    assert zoom.registrants(made["id"], of=of) == [before]
    listed = zoom.call("GET", f"/users/{other}/{of}").json()[of]
    assert [each["id"] for each in listed] == [made["id"]]


def test_a_session_is_handed_only_to_who_may_host_it() -> None:
    zoom, made, named = scheduled("webinars")
    with_reason = {"action": "transfer_webinar", **named, "to": HOST}
    assert refusal(zoom.control("POST", "/actions", with_reason)) == (400, 200)
    assert read(zoom, "webinars", made)["host_email"] == WEBINAR_HOST


def test_a_meeting_that_is_handed_to_a_basic_user_loses_its_registration() -> None:
    zoom, made, named = scheduled("meetings")
    zoom.act("transfer_meeting", **named, to="basic@acme.example")
    assert read(zoom, "meetings", made)["settings"]["approval_type"] == 2


@each_kind
def test_a_hand_over_is_told_as_a_change_of_the_host(of: str) -> None:
    subscribed = {"subscriptions": [{"url": "http://lms.example/zoom", "challenge": False}]}
    zoom, _, named = scheduled(of, webhooks=subscribed)
    kind = of.removesuffix("s")
    zoom.act(f"transfer_{kind}", **named, to=OTHER_HOSTS[of])
    told = zoom.control("GET", "/webhooks").json()["deliveries"][-1]
    assert told["event"] == f"{kind}.updated"
    assert told["body"]["payload"]["object"]["host_id"] == user_id(zoom, OTHER_HOSTS[of])


@each_kind
def test_a_user_with_another_address_is_the_same_user(of: str) -> None:
    zoom, made, _ = scheduled(of)
    host, new = made["host_email"], "renamed@acme.example"
    path = f"/{of}/{made['id']}"
    zoom.call("PATCH", path, {"settings": {"alternative_hosts": "bo@acme.example"}})
    zoom.act("change_user_email", email=host, new_email=new)
    zoom.act("change_user_email", email="bo@acme.example", new_email="bob@acme.example")
    assert refusal(zoom.call("GET", f"/users/{host}")) == (404, 1001)
    assert refusal(zoom.call("POST", f"/users/{host}/{of}", {})) == (404, 1001)
    assert user_id(zoom, new) == made["host_id"]
    shown = read(zoom, of, made)
    assert (shown["host_id"], shown["host_email"]) == (made["host_id"], new)
    assert shown["settings"]["alternative_hosts"] == "bob@acme.example"
    assert host_of(zoom, made["start_url"]) == new
    zoom.call("PATCH", path, {"topic": "Geometry"})
    assert read(zoom, of, made)["settings"]["alternative_hosts"] == "bob@acme.example"


def test_an_address_that_another_user_has_is_not_taken_but_the_case_can_change() -> None:
    zoom = SimulatedZoom()
    taken = {"action": "change_user_email", "email": HOST, "new_email": "bo@acme.example"}
    assert refusal(zoom.control("POST", "/actions", taken)) == (409, 1005)
    zoom.act("change_user_email", email=HOST, new_email=HOST.upper())
    assert zoom.call("GET", f"/users/{HOST}").json()["email"] == HOST.upper()


@each_kind
def test_who_has_gone_to_another_account_hosts_nothing_here(of: str) -> None:
    zoom, made, _ = scheduled(of)
    host = made["host_email"]
    zoom.act("change_user", email=host, status="elsewhere")
    gone = [
        zoom.call("POST", f"/users/{host}/{of}", {}),
        zoom.call("GET", f"/users/{host}"),
        zoom.call("GET", f"/{of}/{made['id']}"),
        zoom.register(made["id"], SAM, of=of),
    ]
    for answer in gone:
        assert refusal(answer) == (400, 1010)
        assert answer.json()["message"] == "User not belong to this account."
    assert zoom.call("GET", "/users/email", email=host).json() == {"existed_email": True}
    new = {"action": "create", "user_info": {"email": host, "type": 1}}
    assert refusal(zoom.call("POST", "/users", new)) == (400, 1009)


@pytest.mark.parametrize(("of", "recurring", "single"), [("meetings", 8, 2), ("webinars", 9, 5)])
def test_a_session_that_is_made_recurring_takes_people_one_by_one_and_is_made_single_again(
    of: str, recurring: int, single: int
) -> None:
    zoom, made, named = scheduled(of)
    edit = f"edit_{of.removesuffix('s')}"
    without_rule = {"action": edit, **named, "changes": {"type": recurring}}
    assert refusal(zoom.control("POST", "/actions", without_rule)) == (400, 300)
    assert read(zoom, of, made)["type"] == single
    zoom.act(edit, **named, changes={"type": recurring, "recurrence": DAILY})
    shown = read(zoom, of, made)
    assert (shown["type"], shown["settings"]["approval_type"]) == (recurring, 1)
    assert shown["recurrence"]["end_times"] == 5
    batch = zoom.register_batch(made["id"], [SAM], of=of)
    assert refusal(batch) == (400, 303 if of == "meetings" else 300)
    assert zoom.register(made["id"], SAM, of=of).status_code == 201
    assert zoom.call("PATCH", f"/{of}/{made['id']}", {"type": single}).status_code == 204
    shown = read(zoom, of, made)
    assert (shown["type"], shown["start_time"]) == (single, made["start_time"])
    assert "recurrence" not in shown
    assert zoom.register_batch(made["id"], [SAM], of=of).status_code == 201


@pytest.mark.parametrize(("of", "untimed", "single"), [("meetings", 3, 2), ("webinars", 6, 5)])
def test_a_session_without_a_fixed_time_drops_its_registration_and_does_not_get_it_back_by_itself(
    of: str, untimed: int, single: int
) -> None:
    zoom, made, named = scheduled(of)
    zoom.act(f"edit_{of.removesuffix('s')}", **named, changes={"type": untimed})
    shown = read(zoom, of, made)
    assert (shown["type"], shown["settings"]["approval_type"]) == (untimed, 2)
    assert not {"start_time", "registration_url"} & shown.keys()
    code = 404 if of == "meetings" else 3000
    assert refusal(zoom.register(made["id"], SAM, of=of)) == (400, code)
    again = {"type": single, "start_time": "2030-07-01T10:00:00Z"}
    path = f"/{of}/{made['id']}"
    zoom.call("PATCH", path, again)
    shown = read(zoom, of, made)
    assert (shown["start_time"], shown["settings"]["approval_type"]) == (again["start_time"], 2)
    zoom.call("PATCH", path, {"settings": {"approval_type": 1}})
    assert zoom.register(made["id"], SAM, of=of).status_code == 201


def test_a_session_that_gets_a_fixed_time_without_a_word_of_it_begins_now() -> None:
    zoom, made, named = scheduled("meetings")
    zoom.act("edit_meeting", **named, changes={"type": 3})
    zoom.act("edit_meeting", **named, changes={"type": 2})
    assert read(zoom, "meetings", made)["start_time"] == "2030-03-17T17:46:40Z"


def live_with(
    of: str, email: str = SAM
) -> tuple[SimulatedZoom, dict[str, Any], dict[str, int], str]:
    """A session that goes on, with a registrant in it."""
    zoom, made, named = scheduled(of)
    link = zoom.register_batch(made["id"], [email], of=of).json()["registrants"][0]["join_url"]
    zoom.act(f"start_{of.removesuffix('s')}", **named)
    zoom.act("participant_joined", **named, link=link, device="phone")
    zoom.act("participant_joined", **named, link=link)
    return zoom, made, named, link


def present(zoom: SimulatedZoom) -> list[str]:
    [instance] = zoom.control("GET", "/state").json()["instances"]
    return [each["email"] for each in instance["participants"] if each["left_at"] is None]


@pytest.mark.parametrize(
    ("registration", "status"), [("denied", "denied"), ("deleted", None), ("kept", "approved")]
)
@each_kind
def test_who_is_put_out_does_not_come_back_while_it_goes_on(
    of: str, registration: str, status: str | None
) -> None:
    zoom, made, named, link = live_with(of)
    zoom.act("participant_removed", **named, person=SAM, registration=registration)
    assert present(zoom) == [made["host_email"]]
    assert zoom.follow(link).status_code == 403
    back = {"action": "participant_joined", **named, "link": link}
    assert refusal(zoom.control("POST", "/actions", back)) == (400, 3000)
    by_status = {each: zoom.registrants(made["id"], each, of=of) for each in ("approved", "denied")}
    assert {each: len(people) for each, people in by_status.items()} == {
        each: int(each == status) for each in by_status
    }


def test_who_is_put_out_and_keeps_the_registration_comes_to_the_next_instance() -> None:
    zoom, _, named, link = live_with("meetings")
    zoom.act("participant_removed", **named, person=SAM, registration="kept")
    back = {"action": "participant_joined", **named, "email": SAM}
    assert refusal(zoom.control("POST", "/actions", back)) == (400, 3000)
    zoom.act("end_meeting", **named)
    zoom.act("start_meeting", **named)
    assert zoom.act("participant_joined", **named, link=link)["role"] == "registrant"


def test_someone_without_a_registration_is_put_out_too() -> None:
    zoom, made, named, _ = live_with("meetings")
    zoom.act("participant_joined", **named, name="A stranger")
    zoom.act("participant_removed", **named, person="A stranger")
    assert present(zoom) == [made["host_email"], SAM, SAM]
    nobody = {"action": "participant_removed", **named, "person": "Nobody"}
    assert refusal(zoom.control("POST", "/actions", nobody)) == (400, 300)


@pytest.mark.parametrize("register", ["register", "register_batch"])
def test_whom_the_host_makes_a_panelist_by_hand_cannot_register(register: str) -> None:
    zoom, made, named = scheduled("webinars")
    zoom.act("add_panelist", **named, email=SAM.upper(), name="Sam")
    people = SAM if register == "register" else [SAM]
    answer = getattr(zoom, register)(made["id"], people, of="webinars")
    assert refusal(answer) == (400, 3000)
    assert answer.json()["message"].startswith("You have been invited as a panelist")


@each_kind
def test_what_goes_on_is_deleted_once_it_has_ended(of: str) -> None:
    zoom, made, named = scheduled(of)
    kind = of.removesuffix("s")
    zoom.act(f"start_{kind}", **named)
    by_hand = {"action": f"delete_{kind}", **named}
    path = f"/{of}/{made['id']}"
    for refused in (zoom.call("DELETE", path), zoom.control("POST", "/actions", by_hand)):
        assert refusal(refused) == (400, 3002)
        assert refused.json()["message"].endswith("is in progress.")
    zoom.call("PUT", f"{path}/status", {"action": "end"})
    assert zoom.call("DELETE", path).status_code == 204


@each_kind
def test_other_apps_use_up_the_day_of_a_host(of: str) -> None:
    zoom, made, _ = scheduled(of)
    host = made["host_email"]
    zoom.act("spend_host_day", email=host, calls=98)
    path = f"/{of}/{made['id']}"
    assert zoom.call("PATCH", path, {"topic": "Geometry"}).status_code == 204
    assert refusal(zoom.call("PATCH", path, {"topic": "Algebra"})) == (429, 429)
    assert zoom.create(host="bo@acme.example")
    zoom.later(hours=7)
    zoom.authorize()
    assert zoom.call("PATCH", path, {"topic": "Algebra"}).status_code == 204


@each_kind
def test_other_apps_use_up_the_day_of_a_registrant(of: str) -> None:
    zoom, made, named = scheduled(of)
    zoom.register(made["id"], SAM, of=of)
    zoom.act("spend_registrant_day", **named, email=SAM.upper(), calls=2)
    assert refusal(zoom.register(made["id"], SAM, of=of)) == (429, 429)
    assert zoom.register(made["id"], "kim@school.example", of=of).status_code == 201
    zoom.act("spend_registrant_day", **named, email=SAM, calls=10, of="status_changes")
    approval = {"action": "approve", "registrants": [{"email": SAM}]}
    answer = zoom.call("PUT", f"/{of}/{made['id']}/registrants/status", approval)
    assert refusal(answer) == (429, 429)


def test_other_apps_use_up_the_day_of_the_account() -> None:
    zoom, made, _ = scheduled("meetings")
    zoom.act("spend_account_day", rate_class="heavy", calls=60_000)
    refused = zoom.register_batch(made["id"], [SAM])
    assert refusal(refused) == (429, 429)
    assert refused.headers["Retry-After"] == "2030-03-18T00:00:00Z"
    assert zoom.register(made["id"], SAM).status_code == 201
