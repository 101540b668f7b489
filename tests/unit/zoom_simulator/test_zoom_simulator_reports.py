"""What the simulator knows of sessions that were held, and when it tells."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from requests.models import Response

from lectern_testing.zoom.simulated_account import refusal
from lectern_testing.zoom.webhook_endpoint import TellingZoom

EMAIL = "sam@students.example"


class HeldZoom(TellingZoom):
    """An account in which sessions are held."""

    def hold(self, session: dict[str, Any], *people: str, minutes: float = 10) -> str:
        """Hold a session with a host and people; the UUID of the instance."""
        uuid = self.by_hand(f"start_{self.kind}", session)["uuid"]
        for name in people:
            self.by_hand("participant_joined", session, name=name)
        self.later(minutes=minutes)
        self.by_hand(f"end_{self.kind}", session)
        found: str = uuid
        return found

    def report(self, reference: Any, **query: Any) -> Response:
        return self.call("GET", f"/report/{self.what}/{reference}/participants", **query)

    def past(self, reference: Any) -> Response:
        return self.call("GET", f"/past_meetings/{reference}")

    def past_webinar(self, reference: Any, **query: Any) -> Response:
        return self.call("GET", f"/past_webinars/{reference}/participants", **query)


def twice(uuid: str) -> str:
    """Encoded twice, as Zoom wants UUIDs with slashes."""
    return quote(quote(uuid, safe=""), safe="")


@pytest.fixture(params=["meetings", "webinars"])
def zoom(request: pytest.FixtureRequest) -> HeldZoom:
    return HeldZoom(request.param, reports={"ready_after_seconds": 0, "complete_after_seconds": 0})


@pytest.fixture
def meetings() -> HeldZoom:
    return HeldZoom("meetings", reports={"ready_after_seconds": 0, "complete_after_seconds": 0})


@pytest.fixture
def webinars() -> HeldZoom:
    return HeldZoom("webinars", reports={"ready_after_seconds": 0, "complete_after_seconds": 0})


def test_a_report_has_a_row_for_each_stay(zoom: HeldZoom) -> None:
    session = zoom.schedule()
    [person] = zoom.register_batch(session["id"], [EMAIL], of=zoom.what).json()["registrants"]
    zoom.by_hand(f"start_{zoom.kind}", session)
    for minutes in (3, 4):
        zoom.by_hand("participant_joined", session, email=EMAIL)
        zoom.later(minutes=minutes)
        zoom.by_hand("participant_left", session, person=EMAIL)
    zoom.later(minutes=5)
    zoom.by_hand(f"end_{zoom.kind}", session)

    answer = zoom.report(session["id"], include_fields="registrant_id").json()
    assert answer["total_records"] == 3
    host, first, second = answer["participants"]
    assert (host["user_email"], host["duration"], host["registrant_id"]) == (zoom.host, 720, "")
    assert [each["duration"] for each in (first, second)] == [180, 240]
    assert {each["registrant_id"] for each in (first, second)} == {person["registrant_id"]}
    assert first["user_id"] != second["user_id"]
    assert first["leave_time"] == second["join_time"]


def test_the_registrant_id_is_only_shown_when_asked_for(zoom: HeldZoom) -> None:
    session = zoom.schedule()
    zoom.hold(session, "Jo")
    [row, *_] = zoom.report(session["id"]).json()["participants"]
    assert "registrant_id" not in row


def test_strangers_have_no_address_in_a_report(zoom: HeldZoom) -> None:
    session = zoom.schedule()
    zoom.by_hand(f"start_{zoom.kind}", session)
    zoom.by_hand("participant_joined", session, name="Jo", email="jo@else.example")
    zoom.by_hand(f"end_{zoom.kind}", session)
    row = zoom.report(session["id"]).json()["participants"][1]
    assert (row["name"], row["user_email"], row["id"]) == ("Jo", "", "")


def test_a_report_comes_in_pages(zoom: HeldZoom) -> None:
    session = zoom.schedule()
    zoom.hold(session, *(f"p{number}" for number in range(6)))
    names, token = [], ""
    for _ in range(3):
        page = zoom.report(session["id"], page_size=3, next_page_token=token).json()
        names += [each["name"] for each in page["participants"]]
        token = page["next_page_token"]
        assert page["page_count"] == 3
    assert names[1:] == [f"p{number}" for number in range(6)]
    assert token == ""


def test_a_token_for_the_next_page_lives_fifteen_minutes(zoom: HeldZoom) -> None:
    session = zoom.schedule()
    zoom.hold(session, "a", "b")
    token = zoom.report(session["id"], page_size=1).json()["next_page_token"]
    zoom.later(minutes=15)
    answer = zoom.report(session["id"], page_size=1, next_page_token=token)
    assert refusal(answer) == (400, 300)


def test_an_id_stands_for_the_latest_instance_and_a_uuid_for_its_own(zoom: HeldZoom) -> None:
    session = zoom.schedule()
    first, second = zoom.hold(session, "early"), zoom.hold(session, "late")

    def came(reference: Any) -> str:
        found: str = zoom.report(reference).json()["participants"][1]["name"]
        return found

    assert came(session["id"]) == came(twice(second)) == "late"
    assert came(twice(first)) == "early"
    zoom.by_hand(f"start_{zoom.kind}", session)
    assert came(session["id"]) == "late"


def test_what_was_held_is_known_after_the_session_was_deleted(zoom: HeldZoom) -> None:
    session = zoom.schedule()
    uuid = zoom.hold(session, "Jo")
    zoom.call("DELETE", f"/{zoom.what}/{session['id']}")
    zoom.later(days=8)
    zoom.told()
    zoom.authorize()
    assert zoom.report(twice(uuid)).status_code == 200


def test_a_uuid_with_slashes_must_be_encoded_twice(zoom: HeldZoom) -> None:
    zoom.control("POST", "/seed", {"uuids_with_slashes": True})
    session = zoom.schedule()
    uuid = zoom.hold(session, "Jo")
    assert zoom.report(twice(uuid)).status_code == 200
    assert zoom.report(quote(uuid, safe="")).status_code == 404
    if zoom.kind == "meeting":
        assert zoom.past(twice(uuid)).json()["uuid"] == uuid
        assert zoom.past(quote(uuid, safe="")).status_code == 404


def test_two_slashes_in_a_row_must_be_encoded_twice_wherever_they_are(meetings: HeldZoom) -> None:
    session = meetings.schedule()
    uuid = "abcdefgh//klmnopqrstuv=="
    meetings.world.sessions[session["id"]].uuid = uuid
    meetings.hold(session, "Jo")
    assert meetings.past(twice(uuid)).status_code == 200
    assert refusal(meetings.past(quote(uuid, safe=""))) == (404, 3001)


def test_a_uuid_with_a_slash_in_the_middle_may_be_encoded_once(meetings: HeldZoom) -> None:
    session = meetings.schedule()
    uuid = "abcdefgh/jklmnopqrstuv=="
    meetings.world.sessions[session["id"]].uuid = uuid
    assert meetings.hold(session, "Jo") == uuid
    assert meetings.past(quote(uuid, safe="")).json()["uuid"] == uuid
    assert meetings.report(quote(uuid, safe="")).status_code == 200


def test_a_report_is_not_ready_at_once_and_durations_are_zero_for_a_while() -> None:
    zoom = HeldZoom("meetings")
    session = zoom.schedule()
    zoom.hold(session, "Jo")
    assert zoom.report(session["id"]).json()["participants"] == []
    zoom.later(seconds=5)
    rows = zoom.report(session["id"]).json()["participants"]
    assert [each["duration"] for each in rows] == [0, 0]
    zoom.later(seconds=5)
    rows = zoom.report(session["id"]).json()["participants"]
    assert [each["duration"] for each in rows] == [600, 600]


def test_a_report_that_is_not_ready_can_be_not_found() -> None:
    late = {"until_ready": "not_found", "ready_after_seconds": 60}
    zoom = HeldZoom("webinars", reports=late)
    session = zoom.schedule()
    zoom.hold(session, "Jo")
    assert refusal(zoom.report(session["id"])) == (404, 3001)
    zoom.later(seconds=60)
    assert zoom.report(session["id"]).status_code == 200


def test_the_list_of_a_webinar_is_there_at_once_with_durations_of_zero() -> None:
    zoom = HeldZoom("webinars", reports={"complete_after_seconds": 30})
    session = zoom.schedule()
    [person] = zoom.register_batch(session["id"], [EMAIL], of="webinars").json()["registrants"]
    zoom.by_hand("start_webinar", session)
    zoom.by_hand("participant_joined", session, email=EMAIL)
    zoom.later(minutes=1)
    zoom.by_hand("end_webinar", session)
    host, came = zoom.past_webinar(session["id"]).json()["participants"]
    assert (came["registrant_id"], came["duration"]) == (person["registrant_id"], 0)
    assert (host["internal_user"], came["internal_user"]) == (True, False)
    zoom.later(seconds=30)
    assert zoom.past_webinar(session["id"]).json()["participants"][1]["duration"] == 60


def test_a_meeting_needs_two_people_for_a_report(meetings: HeldZoom) -> None:
    session = meetings.schedule()
    meetings.hold(session)
    assert refusal(meetings.report(session["id"])) == (404, 3001)
    meetings.by_hand("start_meeting", session)
    meetings.by_hand("participant_joined", session, email=meetings.host)
    meetings.by_hand("end_meeting", session)
    assert refusal(meetings.report(session["id"])) == (404, 3001)
    assert meetings.past(session["id"]).json()["participants_count"] == 1


def test_a_webinar_has_a_report_of_one_person(webinars: HeldZoom) -> None:
    session = webinars.schedule()
    webinars.hold(session)
    assert webinars.report(session["id"]).json()["total_records"] == 1


def test_a_past_meeting_says_when_it_really_was(meetings: HeldZoom) -> None:
    session = meetings.schedule(duration=45)
    meetings.later(hours=2)
    meetings.authorize()
    uuid = meetings.hold(session, "Jo", minutes=9.5)
    past = meetings.past(session["id"]).json()
    assert past == meetings.past(twice(uuid)).json()
    assert (past["uuid"], past["id"]) == (uuid, session["id"])
    assert past["end_time"] > past["start_time"] > session["start_time"]
    assert (past["duration"], past["total_minutes"], past["participants_count"]) == (10, 19, 2)
    assert past["user_email"] == meetings.host


def test_what_never_was_or_still_is_has_no_past(zoom: HeldZoom) -> None:
    session = zoom.schedule()
    assert refusal(zoom.report(session["id"])) == (404, 3001)
    uuid = zoom.by_hand(f"start_{zoom.kind}", session)["uuid"]
    zoom.by_hand("participant_joined", session, name="Jo")
    for reference in (session["id"], twice(uuid), "1", "nothing=="):
        assert refusal(zoom.report(reference)) == (404, 3001)
        past = zoom.past(reference) if zoom.kind == "meeting" else zoom.past_webinar(reference)
        assert refusal(past) == (404, 3001)


def test_a_session_of_the_other_kind_is_refused() -> None:
    zoom = HeldZoom("webinars")
    webinar = zoom.schedule()
    zoom.hold(webinar, "Jo")
    assert refusal(zoom.past(webinar["id"])) == (400, 300)
    answer = zoom.call("GET", f"/report/meetings/{webinar['id']}/participants")
    assert refusal(answer) == (404, 3001)
    zoom = HeldZoom("meetings")
    meeting = zoom.schedule()
    zoom.hold(meeting, "Jo")
    assert refusal(zoom.past_webinar(meeting["id"])) == (404, 3001)


def test_what_is_over_a_year_old_is_refused(zoom: HeldZoom) -> None:
    session = zoom.schedule()
    zoom.hold(session, "Jo")
    zoom.later(days=366)
    zoom.authorize()
    assert refusal(zoom.report(session["id"])) == (400, 12702)
    if zoom.kind == "meeting":
        assert refusal(zoom.past(session["id"])) == (400, 12702)


def test_reports_of_webinars_are_kept_for_half_a_year(zoom: HeldZoom) -> None:
    session = zoom.schedule()
    zoom.hold(session, "Jo")
    zoom.later(days=184)
    zoom.authorize()
    assert zoom.report(session["id"]).status_code == (404 if zoom.kind == "webinar" else 200)


def test_a_free_account_knows_nothing_of_the_past(zoom: HeldZoom) -> None:
    session = zoom.schedule()
    zoom.hold(session, "Jo")
    zoom.control("POST", "/seed", {"plan": "free"})
    assert refusal(zoom.report(session["id"])) == (400, 200)
    past = zoom.past if zoom.kind == "meeting" else zoom.past_webinar
    assert refusal(past(session["id"])) == (400, 200)


def test_a_report_is_refused_when_the_host_is_gone(zoom: HeldZoom) -> None:
    session = zoom.schedule()
    zoom.hold(session, "Jo")
    zoom.act("delete_user", email=zoom.host)
    assert refusal(zoom.report(session["id"])) == (400, 1010)


def test_the_time_in_the_waiting_room_is_a_row_of_its_own(meetings: HeldZoom) -> None:
    session = meetings.schedule(settings={"waiting_room": True})
    meetings.by_hand("start_meeting", session)
    meetings.told()
    meetings.by_hand("participant_joined", session, name="Jo")
    assert meetings.told() == []
    meetings.later(minutes=2)
    meetings.by_hand("participant_admitted", session, person="Jo")
    [joined] = meetings.told()
    assert joined["event"] == "meeting.participant_joined"
    meetings.later(minutes=3)
    meetings.by_hand("end_meeting", session)
    rows = meetings.report(session["id"]).json()["participants"]
    assert [(each["name"], each["status"], each["duration"]) for each in rows] == [
        ("Anna Ek", "in_meeting", 300),
        ("Jo", "in_waiting_room", 120),
        ("Jo", "in_meeting", 180),
    ]
    assert meetings.past(session["id"]).json()["total_minutes"] == 8


def test_who_only_waited_was_not_there(meetings: HeldZoom) -> None:
    session = meetings.schedule(settings={"waiting_room": True})
    meetings.by_hand("start_meeting", session)
    meetings.told()
    meetings.by_hand("participant_joined", session, name="Jo")
    meetings.by_hand("participant_left", session, person="Jo")
    meetings.by_hand("participant_joined", session, name="Jo")
    meetings.by_hand("end_meeting", session)
    told = [each["event"] for each in meetings.told()]
    assert told == ["meeting.participant_left", "meeting.ended"]  # the host, at the end
    assert refusal(meetings.report(session["id"])) == (404, 3001)
    assert meetings.past(session["id"]).json()["participants_count"] == 1
