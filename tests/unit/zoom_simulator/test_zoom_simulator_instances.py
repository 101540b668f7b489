"""What the simulator tells while a session goes on: who comes and goes, and what it is called."""

from __future__ import annotations

from typing import Any

import pytest

from lectern_testing.zoom.simulated_account import HOST
from lectern_testing.zoom.webhook_endpoint import TellingZoom
from zoom_simulator.errors import ZoomError

EMAIL = "sam@students.example"


@pytest.fixture(params=["meetings", "webinars"])
def zoom(request: pytest.FixtureRequest) -> TellingZoom:
    return TellingZoom(request.param)


@pytest.fixture
def meetings() -> TellingZoom:
    return TellingZoom("meetings")


def start(zoom: TellingZoom, session: dict[str, Any], **parameters: Any) -> str:
    found: str = zoom.by_hand(f"start_{zoom.kind}", session, **parameters)["uuid"]
    return found


def end(zoom: TellingZoom, session: dict[str, Any]) -> None:
    zoom.by_hand(f"end_{zoom.kind}", session)


def join(zoom: TellingZoom, session: dict[str, Any], **who: Any) -> dict[str, Any]:
    found: dict[str, Any] = zoom.by_hand("participant_joined", session, **who)
    return found


def register(zoom: TellingZoom, session: dict[str, Any], email: str = EMAIL) -> dict[str, Any]:
    answer = zoom.register_batch(session["id"], [email], of=zoom.what)
    zoom.told()
    found: dict[str, Any] = answer.json()["registrants"][0]
    return found


def names(told: list[dict[str, Any]]) -> list[str]:
    return [each["event"].partition(".")[2] for each in told]


def participant(event: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = event["payload"]["object"]["participant"]
    return found


def test_a_start_is_told_with_the_id_as_a_text_and_the_host_comes_in(zoom: TellingZoom) -> None:
    session = zoom.schedule(duration=45)
    zoom.later(minutes=61)
    start(zoom, session)
    started, joined = zoom.told()
    assert names([started, joined]) == ["started", "participant_joined"]
    thing = started["payload"]["object"]
    assert (thing["id"], thing["uuid"]) == (str(session["id"]), session["uuid"])
    assert (thing["host_email"], thing["duration"]) == (zoom.host, 45)
    assert thing["start_time"] == zoom.world.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    assert participant(joined)["email"] == zoom.host
    assert "operator" not in started["payload"]


def test_the_end_lets_everybody_leave_and_tells_the_scheduled_duration(zoom: TellingZoom) -> None:
    session = zoom.schedule(duration=45)
    start(zoom, session)
    register(zoom, session)
    join(zoom, session, email=EMAIL)
    zoom.told()
    zoom.later(minutes=10)
    end(zoom, session)
    told = zoom.told()
    assert names(told) == ["participant_left", "participant_left", "ended"]
    assert "Host ended the" in participant(told[0])["leave_reason"]
    thing = told[2]["payload"]["object"]
    assert thing["duration"] == 45
    assert thing["end_time"] > thing["start_time"]


def test_a_session_that_is_ended_by_the_api_is_told_too(zoom: TellingZoom) -> None:
    session = zoom.schedule()
    start(zoom, session, with_host=False)
    zoom.told()
    zoom.call("PUT", f"/{zoom.what}/{session['id']}/status", {"action": "end"})
    assert names(zoom.told()) == ["ended"]


def test_a_second_start_or_end_does_nothing(zoom: TellingZoom) -> None:
    session = zoom.schedule()
    end(zoom, session)
    assert start(zoom, session) == start(zoom, session)
    end(zoom, session)
    end(zoom, session)
    assert names(zoom.told()).count("started") == 1


def test_each_instance_has_a_uuid_of_its_own_which_is_shown_while_it_lasts(
    zoom: TellingZoom,
) -> None:
    session = zoom.schedule()
    uuids = []
    for _ in range(3):
        uuids.append(start(zoom, session))
        assert zoom.call("GET", f"/{zoom.what}/{session['id']}").json()["uuid"] == uuids[-1]
        end(zoom, session)
    assert len(set(uuids)) == 3
    assert uuids[0] == session["uuid"]
    ended = [
        each["payload"]["object"]["uuid"] for each in zoom.told() if names([each]) == ["ended"]
    ]
    assert ended == uuids


def test_uuids_can_be_made_to_need_encoding_twice(meetings: TellingZoom) -> None:
    meetings.control("POST", "/seed", {"uuids_with_slashes": True})
    session = meetings.schedule()
    assert session["uuid"].startswith("/")
    assert "//" in session["uuid"]
    assert len(session["uuid"]) == 24


def test_a_registrant_comes_by_the_personal_link(zoom: TellingZoom) -> None:
    session = zoom.schedule()
    person = register(zoom, session)
    start(zoom, session)
    zoom.told()
    assert join(zoom, session, link=person["join_url"])["role"] == "registrant"
    [event] = zoom.told()
    came = participant(event)
    assert came["registrant_id"] == person["registrant_id"]
    assert (came["user_name"], came["email"]) == ("Sam", EMAIL)
    assert (came["id"], came["participant_user_id"]) == ("", "")


def test_the_address_of_a_registrant_can_be_hidden(zoom: TellingZoom) -> None:
    zoom.control("POST", "/seed", {"reports": {"registrants_emails": False}})
    session = zoom.schedule()
    register(zoom, session)
    start(zoom, session)
    join(zoom, session, email=EMAIL)
    came = participant(zoom.told()[-1])
    assert came["email"] == ""
    assert came["registrant_id"]


def test_a_stranger_is_known_by_name_only(zoom: TellingZoom) -> None:
    session = zoom.schedule()
    start(zoom, session)
    assert join(zoom, session, name="Jo", email="jo@else.example")["role"] == "guest"
    came = participant(zoom.told()[-1])
    assert (came["user_name"], came["email"], came["id"]) == ("Jo", "", "")
    assert "registrant_id" not in came


def test_a_user_of_the_account_who_is_signed_in_is_shown_with_id_and_address(
    zoom: TellingZoom,
) -> None:
    session = zoom.schedule()
    start(zoom, session)
    join(zoom, session, email="cleo@acme.example", signed_in=True)
    came = participant(zoom.told()[-1])
    assert came["email"] == "cleo@acme.example"
    user = zoom.world.find_user(came["email"])
    assert user is not None
    assert came["id"] == came["participant_user_id"] == user.id


def test_hosts_panelists_and_invited_people_come_as_what_they_are() -> None:
    zoom = TellingZoom("webinars")
    session = zoom.schedule(settings={"alternative_hosts": "bo@acme.example"})
    path = f"/webinars/{session['id']}"
    zoom.call("POST", f"{path}/panelists", {"panelists": [{"name": "Pat", "email": "p@x.example"}]})
    [panelist] = zoom.call("GET", f"{path}/panelists").json()["panelists"]
    invited = zoom.call("POST", f"{path}/invite_links", {"attendees": [{"name": "Ina"}]}).json()
    start_url = zoom.call("GET", path).json()["start_url"]
    assert join(zoom, session, link=start_url)["role"] == "host"
    came = [
        join(zoom, session, email="BO@acme.example"),
        join(zoom, session, link=panelist["join_url"]),
        join(zoom, session, email="P@x.example"),
        join(zoom, session, link=invited["attendees"][0]["join_url"]),
    ]
    assert [each["role"] for each in came] == [
        "alternative_host",
        "panelist",
        "panelist",
        "invited",
    ]
    told = [participant(each) for each in zoom.told()[1:]]
    assert [each["user_name"] for each in told][2:] == ["Pat", "Pat", "Ina"]
    assert [each["email"] for each in told][2:] == ["", "", ""]
    assert [bool(each["id"]) for each in told] == [True, True, False, False, False]


def test_a_link_that_lets_nobody_in_is_refused(zoom: TellingZoom) -> None:
    session, other = zoom.schedule(), zoom.schedule()
    person = register(zoom, session)
    for each in (session, other):
        start(zoom, each)
    with pytest.raises(ZoomError, match="lets nobody in"):
        join(zoom, other, link=person["join_url"])
    zoom.by_hand("deny_registrant", session, email=EMAIL)
    with pytest.raises(ZoomError, match="lets nobody in"):
        join(zoom, session, link=person["join_url"])
    with pytest.raises(ZoomError, match="denied"):
        join(zoom, session, email=EMAIL)
    with pytest.raises(ZoomError, match="lets nobody in"):
        join(zoom, session, link=session["join_url"])


def test_nobody_comes_in_before_the_start_but_those_who_start_it(zoom: TellingZoom) -> None:
    session = zoom.schedule()
    register(zoom, session)
    with pytest.raises(ZoomError, match="not started"):
        join(zoom, session, email=EMAIL)
    join(zoom, session, email=zoom.host)
    assert names(zoom.told()) == ["started", "participant_joined"]


def test_people_may_come_before_the_host_where_that_is_wanted(meetings: TellingZoom) -> None:
    session = meetings.schedule(settings={"join_before_host": True})
    register(meetings, session)
    join(meetings, session, email=EMAIL)
    assert names(meetings.told()) == ["started", "participant_joined"]


def test_each_device_and_each_return_has_a_user_id_of_its_own(zoom: TellingZoom) -> None:
    session = zoom.schedule()
    register(zoom, session)
    start(zoom, session)
    phone = join(zoom, session, email=EMAIL, device="phone")
    desk = join(zoom, session, email=EMAIL, device="desk")
    zoom.told()
    zoom.by_hand("participant_left", session, person=EMAIL, device="phone")
    again = join(zoom, session, email=EMAIL, device="phone")
    assert len({each["user_id"] for each in (phone, desk, again)}) == 3
    left, came = zoom.told()
    assert names([left, came]) == ["participant_left", "participant_joined"]
    assert participant(left)["user_id"] == phone["user_id"]
    assert participant(left)["participant_uuid"] != participant(came)["participant_uuid"]
    zoom.by_hand("participant_left", session, person=EMAIL)
    assert {participant(each)["user_id"] for each in zoom.told()} == {
        desk["user_id"],
        again["user_id"],
    }
    with pytest.raises(ZoomError, match="no such participant"):
        zoom.by_hand("participant_left", session, person=EMAIL)


def test_one_stay_can_be_ended_by_its_user_id(zoom: TellingZoom) -> None:
    session = zoom.schedule()
    start(zoom, session)
    one, other = (join(zoom, session, name="Jo") for _ in range(2))
    zoom.told()
    zoom.by_hand("participant_left", session, person=other["user_id"])
    [left] = zoom.told()
    assert participant(left)["user_id"] == other["user_id"] != one["user_id"]


def test_the_control_api_answers_who_came(meetings: TellingZoom) -> None:
    session = meetings.schedule()
    start(meetings, session)
    action = {"action": "participant_joined", "meeting_id": session["id"], "name": "Jo"}
    assert meetings.control("POST", "/actions", action).json()["role"] == "guest"
    nobody = {"action": "participant_joined", "meeting_id": session["id"]}
    assert meetings.control("POST", "/actions", nobody).status_code == 400
    assert meetings.control("POST", "/actions", nobody | {"link": "http://["}).status_code == 400
    gone = {"action": "participant_left", "meeting_id": session["id"], "person": "Jo"}
    assert meetings.control("POST", "/actions", gone | {"person": ""}).status_code == 400
    assert meetings.control("POST", "/actions", gone).status_code == 204
    assert meetings.control("POST", "/actions", gone).status_code == 400


def test_a_session_that_goes_on_cannot_be_deleted_and_is_listed_as_live(
    meetings: TellingZoom,
) -> None:
    session = meetings.schedule()
    start(meetings, session)
    assert meetings.call("DELETE", f"/meetings/{session['id']}").json()["code"] == 3002
    live = meetings.call("GET", f"/users/{HOST}/meetings", type="live").json()["meetings"]
    assert [each["id"] for each in live] == [session["id"]]


def test_the_whole_truth_has_everyone_who_came_with_what_zoom_hides(zoom: TellingZoom) -> None:
    session = zoom.schedule()
    uuid = start(zoom, session)
    join(zoom, session, name="Jo", email="jo@else.example", device="phone")
    [instance] = zoom.control("GET", "/state").json()["instances"]
    assert (instance["uuid"], instance["ended_at"]) == (uuid, None)
    host, guest = instance["participants"]
    assert (host["role"], guest["role"]) == ("host", "guest")
    assert (guest["email"], guest["device"], guest["left_at"]) == ("jo@else.example", "phone", None)
