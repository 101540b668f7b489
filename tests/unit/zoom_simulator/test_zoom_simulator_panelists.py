from __future__ import annotations

from typing import Any

import pytest
from requests.models import Response

from lectern_testing.zoom.simulated_account import HOST, SimulatedZoom, refusal

BO = "bo@acme.example"
EMAIL = "sam@students.example"


def people(count: int) -> list[dict[str, str]]:
    return [{"email": f"p{number}@x.example", "name": f"P {number}"} for number in range(count)]


def add(zoom: SimulatedZoom, webinar: dict[str, Any], *panelists: dict[str, str]) -> Response:
    path = f"/webinars/{webinar['id']}/panelists"
    return zoom.call("POST", path, {"panelists": list(panelists)})


def listed(zoom: SimulatedZoom, webinar: dict[str, Any]) -> list[dict[str, str]]:
    answer = zoom.call("GET", f"/webinars/{webinar['id']}/panelists").json()
    assert answer["total_records"] == len(answer["panelists"])
    found: list[dict[str, str]] = answer["panelists"]
    return found


def test_adding_answers_neither_ids_nor_links_which_are_in_the_list() -> None:
    zoom = SimulatedZoom()
    webinar = zoom.create_webinar()
    answer = add(zoom, webinar, {"email": BO, "name": "Bo Lund"})
    assert answer.status_code == 201
    assert answer.json() == {"id": str(webinar["id"]), "updated_at": "2030-03-17T17:46:40Z"}
    [panelist] = listed(zoom, webinar)
    assert (panelist["email"], panelist["name"]) == (BO, "Bo Lund")
    admitted = zoom.follow(panelist["join_url"]).json()
    assert (admitted["role"], admitted["panelist_id"]) == ("panelist", panelist["id"])


def test_a_panelist_who_is_added_again_keeps_the_id_and_gets_another_link() -> None:
    zoom = SimulatedZoom()
    webinar = zoom.create_webinar()
    add(zoom, webinar, {"email": BO, "name": "Bo"})
    [first] = listed(zoom, webinar)
    add(zoom, webinar, {"email": BO.upper(), "name": "Bo Lund"})
    [second] = listed(zoom, webinar)
    assert (second["id"], second["name"]) == (first["id"], "Bo Lund")
    assert zoom.follow(first["join_url"]).status_code == 403
    assert zoom.follow(second["join_url"]).status_code == 200


@pytest.mark.parametrize("by", ["id", "email"])
def test_a_removed_panelists_link_stops_working(by: str) -> None:
    zoom = SimulatedZoom()
    webinar = zoom.create_webinar()
    add(zoom, webinar, {"email": BO, "name": "Bo"}, *people(1))
    bo, other = listed(zoom, webinar)
    path = f"/webinars/{webinar['id']}/panelists/{bo[by]}"
    assert zoom.call("DELETE", path).status_code == 204
    assert zoom.follow(bo["join_url"]).status_code == 403
    assert listed(zoom, webinar) == [other]
    assert refusal(zoom.call("DELETE", path)) == (400, 300)


def test_panelists_are_added_thirty_at_a_time() -> None:
    zoom = SimulatedZoom()
    webinar = zoom.create_webinar()
    assert refusal(add(zoom, webinar, *people(31))) == (400, 300)
    assert refusal(add(zoom, webinar)) == (400, 300)
    assert add(zoom, webinar, *people(30)).status_code == 201


def test_a_webinar_takes_only_so_many_panelists_and_no_part_of_a_call() -> None:
    zoom = SimulatedZoom(panelist_capacity=2)
    webinar = zoom.create_webinar()
    add(zoom, webinar, {"email": BO, "name": "Bo"})
    refused = add(zoom, webinar, *people(2))
    assert refusal(refused) == (400, 3000)
    assert "number of panelists" in refused.json()["message"]
    assert [each["email"] for each in listed(zoom, webinar)] == [BO]
    assert add(zoom, webinar, {"email": BO, "name": "Bo"}, *people(1)).status_code == 201


@pytest.mark.parametrize(
    ("person", "field"),
    [
        ({"email": BO, "name": "x" * 65}, "name"),
        ({"email": BO, "name": "学" * 13}, "name"),
        ({"email": BO}, "name"),
        ({"email": "no address", "name": "Bo"}, "email"),
    ],
)
def test_fields_of_a_panelist_have_their_limits(person: dict[str, str], field: str) -> None:
    zoom = SimulatedZoom()
    answer = add(zoom, zoom.create_webinar(), person)
    assert refusal(answer) == (400, 300)
    assert [error["field"] for error in answer.json()["errors"]] == [f"panelists[0].{field}"]


def test_twelve_chinese_characters_are_a_name() -> None:
    zoom = SimulatedZoom()
    assert add(zoom, zoom.create_webinar(), {"email": BO, "name": "学" * 12}).status_code == 201


def test_blocked_domains_cannot_be_panelists() -> None:
    zoom = SimulatedZoom(blocked_domains=["x.example"])
    assert refusal(add(zoom, zoom.create_webinar(), *people(1))) == (400, 3000)


def test_a_panelist_cannot_register_and_can_once_removed() -> None:
    zoom = SimulatedZoom()
    webinar = zoom.create_webinar()
    add(zoom, webinar, {"email": EMAIL, "name": "Sam"})
    refused = zoom.register(webinar["id"], EMAIL.upper(), of="webinars")
    assert refusal(refused) == (400, 3000)
    assert refused.json()["message"].startswith("You have been invited as a panelist")
    batch = zoom.register_batch(webinar["id"], ["other@x.example", EMAIL], of="webinars")
    assert refusal(batch) == (400, 3000)
    zoom.call("DELETE", f"/webinars/{webinar['id']}/panelists/{EMAIL}")
    assert zoom.register(webinar["id"], EMAIL, of="webinars").status_code == 201


def test_a_meeting_has_no_panelists() -> None:
    zoom = SimulatedZoom()
    assert refusal(add(zoom, zoom.create(), *people(1))) == (400, 300)


def test_a_host_adds_and_removes_panelists_by_hand() -> None:
    zoom = SimulatedZoom()
    webinar = zoom.create_webinar()
    zoom.act("add_panelist", webinar_id=webinar["id"], email=BO, name="Bo")
    [shown] = zoom.control("GET", "/state").json()["webinars"]
    assert [each["email"] for each in shown["panelists"]] == [BO]
    zoom.act("remove_panelist", webinar_id=webinar["id"], email=BO)
    assert listed(zoom, webinar) == []


def invite(
    zoom: SimulatedZoom,
    of: str,
    session: dict[str, Any],
    names: list[str] | tuple[str] = ("Bo",),
    **body: Any,
) -> Response:
    body = {"attendees": [{"name": name} for name in names]} | body
    return zoom.call("POST", f"/{of}/{session['id']}/invite_links", body)


@pytest.mark.parametrize("of", ["meetings", "webinars"])
def test_an_invite_link_lets_a_person_in_by_name_although_registration_is_on(of: str) -> None:
    zoom = SimulatedZoom()
    session = zoom.create() if of == "meetings" else zoom.create_webinar()
    answer = invite(zoom, of, session, names=["Bo", "Cleo"])
    assert answer.status_code == 201
    bo, cleo = answer.json()["attendees"]
    assert set(bo) == {"name", "join_url"}
    assert zoom.follow(bo["join_url"]).json()["name"] == "Bo"
    assert zoom.follow(cleo["join_url"]).json()["role"] == "invited"


TIMES_TO_LIVE: dict[str, dict[str, Any]] = {
    "default": {},
    "minute": {"ttl": 60},
    "ever": {"ttl": 0},
}


def test_an_invite_link_lasts_two_hours_or_as_long_as_asked_for() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    links = {
        ttl: invite(zoom, "meetings", meeting, **body).json()["attendees"][0]["join_url"]
        for ttl, body in TIMES_TO_LIVE.items()
    }
    zoom.later(minutes=1)
    assert [zoom.follow(link).status_code for link in links.values()] == [200, 403, 200]
    zoom.later(hours=2)
    assert [zoom.follow(link).status_code for link in links.values()] == [403, 403, 200]


def test_an_invite_link_leads_into_its_own_meeting_only_and_dies_with_it() -> None:
    zoom = SimulatedZoom()
    meeting, other = zoom.create(), zoom.create()
    link = invite(zoom, "meetings", meeting).json()["attendees"][0]["join_url"]
    assert zoom.follow(link.replace(str(meeting["id"]), str(other["id"]))).status_code == 403
    zoom.call("DELETE", f"/meetings/{meeting['id']}")
    assert zoom.follow(link).status_code == 403


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"attendees": []}, "attendees"),
        ({"attendees": [{"name": "x"}] * 501}, "attendees"),
        ({"attendees": [{}]}, "attendees[0].name"),
        ({"attendees": [{"name": "x" * 65}]}, "attendees[0].name"),
        ({"ttl": 7_776_001}, "ttl"),
        ({"ttl": -1}, "ttl"),
    ],
)
def test_a_request_for_invite_links_has_its_limits(body: dict[str, Any], field: str) -> None:
    zoom = SimulatedZoom()
    answer = invite(zoom, "meetings", zoom.create(), **body)
    assert refusal(answer) == (400, 300)
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_invite_links_into_webinars_need_a_business_plan() -> None:
    zoom = SimulatedZoom(plan="pro")
    assert refusal(invite(zoom, "webinars", zoom.create_webinar())) == (400, 200)
    assert invite(zoom, "meetings", zoom.create()).status_code == 201


def test_alternative_hosts_and_assistants_come_signed_in_by_the_link_for_everyone() -> None:
    zoom = SimulatedZoom()
    link = zoom.create(settings={"alternative_hosts": BO})["join_url"]
    zoom.act("add_assistant", email=HOST, assistant_email="cleo@acme.example")
    roles = {HOST: "host", BO: "alternative_host", "cleo@acme.example": "alternative_host"}
    for email, role in roles.items():
        assert zoom.follow(f"{link}&signed_in_as={email}").json()["role"] == role
    assert zoom.follow(link).status_code == 403
    assert zoom.follow(f"{link}&signed_in_as=wanda@acme.example").status_code == 403
    zoom.act("change_user", email=BO, status="inactive")
    assert zoom.follow(f"{link}&signed_in_as={BO}").status_code == 403


def test_an_assistant_of_the_host_comes_as_a_host() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    zoom.act("add_assistant", email=HOST, assistant_email=BO)
    zoom.act("start_meeting", meeting_id=meeting["id"])
    came = zoom.control(
        "POST",
        "/actions",
        {"action": "participant_joined", "meeting_id": meeting["id"], "email": BO},
    )
    assert came.json()["role"] == "alternative_host"


def test_invite_links_that_ran_out_are_forgotten() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    invite(zoom, "meetings", meeting, names=["Bo", "Cleo"], ttl=60)
    zoom.later(minutes=1)
    invite(zoom, "meetings", meeting, names=["Dee"])
    [shown] = zoom.control("GET", "/state").json()["meetings"]
    assert [link["name"] for link in shown["invite_links"]] == ["Dee"]
