"""One user in all their events, over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lectern.api.users.endpoints import LOGIN_COUNTS_FOR
from lectern.domain.attendance.matching import Attendee, position_of_user
from lectern.domain.attendance.presence import Sighting, Span
from lectern.domain.enrollment import Enrollment, EnrollmentState
from lectern.domain.event import Participants, Phase
from lectern.domain.limits.budget import Lane, lane_of
from lectern_testing.builders import a_registration, an_instance
from lectern_testing.lms.api import MORNING, Lms, an_event_body
from lectern_testing.table import TABLE_NAME

KIM = "/v1/users/u-77"
BODY = {"email": "new@acme.example", "first_name": "Kimberly", "last_name": "Ng"}


def enrol(lms: Lms, event_id: str, user_id: str = "u-77", **changes: Any) -> None:
    body = {"email": f"{user_id}@acme.example", "first_name": "Kim", **changes}
    answer = lms.put(f"/v1/events/{event_id}/enrollments/{user_id}", body)
    assert answer.status == 202


def requested(lms: Lms, event_id: str) -> int:
    return lms.event_as_stored(event_id).sync.requested


def stored(lms: Lms, event_id: str, user_id: str = "u-77") -> Enrollment:
    return lms.enrollment_as_stored(user_id, event_id)


def lane(lms: Lms, event_id: str) -> Lane:
    return lane_of(lms.event_as_stored(event_id), lms.parts.now())


def done(lms: Lms, event_id: str) -> None:
    """All that was asked for is done."""
    now = lms.parts.now()
    leases, planned = lms.parts.leases(), lms.event_as_stored(event_id).planned
    leases.take_lease(event_id, "one", now, now + timedelta(minutes=1))
    assert leases.held_by(event_id, "one").finish(
        planned, participants=Participants(), problem=None, now=now
    )


@pytest.fixture
def events(lms: Lms) -> None:
    """Kim in an event that is ahead, one that is cancelled, one that is over, one that Kim left."""
    for event_id in ("ahead", "cancelled", "over", "left", "of"):
        lms.put_event(event_id)
        if event_id != "of":
            enrol(lms, event_id)
        enrol(lms, event_id, "u-78")
    past = (MORNING - timedelta(days=1)).isoformat()
    lms.put("/v1/events/over", an_event_body(starts_at=past))
    lms.delete("/v1/events/cancelled")
    lms.delete("/v1/events/left/enrollments/u-77")


@pytest.mark.usefixtures("events")
class TestALogin:
    def test_asks_for_what_lies_ahead_alone(self, lms: Lms) -> None:
        ids = ("ahead", "cancelled", "over", "left", "of")
        before = {event_id: requested(lms, event_id) for event_id in ids}
        answer = lms.post(f"{KIM}/login")
        assert (answer.status, answer.json) == (202, {"enrollments": 1})
        grown = {each: requested(lms, each) - before[each] for each in before}
        assert grown == {"ahead": 1, "cancelled": 0, "over": 0, "left": 0, "of": 0}

    def test_of_one_who_logs_in_and_out_without_end_asks_once_in_some_minutes(
        self, lms: Lms
    ) -> None:
        before = requested(lms, "ahead")
        answers = {lms.post(f"{KIM}/login").text for _ in range(20)}

        assert answers == {'{"enrollments":1}'}
        assert requested(lms, "ahead") == before + 1
        lms.parts.moment += LOGIN_COUNTS_FOR - timedelta(seconds=1)
        lms.post(f"{KIM}/login")
        assert requested(lms, "ahead") == before + 1
        lms.parts.moment += timedelta(seconds=1)
        lms.post(f"{KIM}/login")
        lms.post("/v1/users/u-78/login")
        assert requested(lms, "ahead") == before + 3

    def test_asks_in_an_event_that_it_did_not_ask_in_yet(self, lms: Lms) -> None:
        lms.post(f"{KIM}/login")
        lms.put_event("new")
        enrol(lms, "new")
        before = requested(lms, "new"), requested(lms, "ahead")

        assert lms.post(f"{KIM}/login").json == {"enrollments": 2}
        assert (requested(lms, "new"), requested(lms, "ahead")) == (before[0] + 1, before[1])

    def test_goes_after_what_others_asked_for_and_holds_none_of_it_up(self, lms: Lms) -> None:
        lms.post(f"{KIM}/login")
        assert lane(lms, "ahead") is Lane.EDIT, "the enrollments are still to be worked on"
        done(lms, "ahead")

        lms.post("/v1/users/u-78/login")
        assert lane(lms, "ahead") is Lane.BACKGROUND
        lms.put("/v1/events/ahead", an_event_body(title="Another"))
        assert lane(lms, "ahead") is Lane.EDIT

    def test_of_someone_who_is_enrolled_nowhere_asks_for_nothing(self, lms: Lms) -> None:
        assert lms.post("/v1/users/nobody/login").json == {"enrollments": 0}


@pytest.mark.usefixtures("events")
class TestAChange:
    def test_is_made_wherever_it_is_not_over(self, lms: Lms) -> None:
        answer = lms.put(KIM, BODY)
        assert (answer.status, answer.json) == (202, {"enrollments": 2})
        changed = {
            event_id: stored(lms, event_id).person.email == "new@acme.example"
            for event_id in ("ahead", "cancelled", "over", "left")
        }
        assert changed == {"ahead": True, "cancelled": True, "over": False, "left": False}
        assert stored(lms, "ahead").person.last_name == "Ng"
        assert stored(lms, "ahead", "u-78").person.email == "u-78@acme.example"

    def test_that_changes_nothing_is_200_and_writes_nothing(self, lms: Lms) -> None:
        lms.put(KIM, BODY)
        answer, writes = lms.writes(lambda: lms.put(KIM, BODY))
        assert (answer.status, answer.json, writes) == (200, {"enrollments": 0}, [])

    def test_leaves_as_it_is_what_is_left_out(self, lms: Lms) -> None:
        lms.put(KIM, {"first_name": "Kimberly"})
        assert stored(lms, "ahead").person.email == "u-77@acme.example"

    def test_faults_are_listed(self, lms: Lms) -> None:
        assert lms.put(KIM, {"email": "nobody", "x": 1}).pointers == ["/email", "/x"]
        assert lms.put(KIM, BODY | {"user_id": "u-78"}).pointers == ["/user_id"]
        assert lms.put(KIM, BODY | {"user_id": "u-77"}).status == 202


@pytest.mark.usefixtures("events")
class TestAnErasure:
    def test_removes_from_every_event_past_ones_included(self, lms: Lms) -> None:
        answer = lms.delete(KIM)
        assert (answer.status, answer.json) == (202, {"enrollments": 4})
        for event_id in ("ahead", "cancelled", "over", "left"):
            assert stored(lms, event_id).removed
            assert stored(lms, event_id).erase
        assert not stored(lms, "ahead", "u-78").removed

    def test_takes_requirements_away_at_once(self, lms: Lms) -> None:
        requirement = {"id": "r", "title": "Medical check", "met": False}
        enrol(lms, "ahead", access={"granted": False, "requirements": [requirement]})
        lms.delete(KIM)
        assert stored(lms, "ahead").access.requirements == ()

    def test_again_changes_nothing(self, lms: Lms) -> None:
        lms.delete(KIM)
        answer, writes = lms.writes(lambda: lms.delete(KIM))
        assert (answer.status, answer.json, writes) == (202, {"enrollments": 0}, [])

    def test_looks_at_zoom_first_where_no_registrant_is_known(self, lms: Lms) -> None:
        enrollment = stored(lms, "ahead")
        registration = a_registration(enrollment.person)
        lms.parts.enrollments().record(
            enrollment, state=EnrollmentState.REGISTERED, registration=registration
        )
        lms.delete(KIM)
        assert not lms.event_as_stored("ahead").sync.verify
        assert lms.event_as_stored("over").sync.verify

    def test_who_is_enrolled_again_meanwhile_stays(self, lms: Lms) -> None:
        lms.delete(KIM)
        enrol(lms, "ahead")
        assert not stored(lms, "ahead").erase
        assert not stored(lms, "ahead").removed


@pytest.mark.usefixtures("events")
class TestAnExport:
    def test_has_every_event_with_everything_but_the_link(self, lms: Lms) -> None:
        enrollment = stored(lms, "ahead")
        registration = a_registration(enrollment.person)
        lms.parts.enrollments().record(
            enrollment, state=EnrollmentState.REGISTERED, registration=registration
        )
        answer = lms.get(KIM)
        assert answer.status == 200
        items = {each["event_id"]: each for each in answer.json["items"]}
        assert items.keys() == {"ahead", "cancelled", "over", "left"}
        assert items["ahead"]["email"] == "u-77@acme.example"
        assert items["ahead"]["registered_as"]["email"] == "u-77@acme.example"
        assert items["ahead"]["sync"]["registrant_id"] == registration.registrant_id
        assert registration.join_url
        assert registration.join_url not in answer.text

    def test_has_what_timelines_have_of_the_user_and_nobody_else(self, lms: Lms) -> None:
        lms.put_event()
        for user in ("u-77", "u-78"):
            lms.enrol(user)
            lms.get("/v1/events/ev-1/join", query={"user_id": user})
        lms.get("/v1/events/ev-1/join", query={"user_id": "u-1"})

        enrollments = lms.get("/v1/users/u-77").json["items"]
        hosted = lms.get("/v1/users/u-1").json["events"]

        for exported, user in ((enrollments, "u-77"), (hosted, "u-1")):
            [entry] = [entry for each in exported for entry in each["timeline"]]
            assert (entry["kind"], entry["code"], entry["user_id"]) == ("join", "preparing", user)

    def test_is_read_in_pages(self, lms: Lms) -> None:
        first = lms.get(KIM, query={"limit": 3}).json
        second = lms.get(KIM, query={"limit": 3, "cursor": first["next_cursor"]}).json
        assert len(first["items"]) == 3
        assert len(second["items"]) == 1
        assert second["next_cursor"] is None

    def test_of_someone_of_whom_nothing_is_stored_is_a_404(self, lms: Lms) -> None:
        answer = lms.get("/v1/users/nobody")
        assert (answer.status, answer.json["code"]) == (404, "user_not_found")


def test_a_user_with_more_events_than_a_page_is_changed_in_all_of_them(lms: Lms) -> None:
    for number in range(105):
        lms.put_event(f"ev-{number}")
        enrol(lms, f"ev-{number}")
    assert lms.put(KIM, BODY).json == {"enrollments": 105}
    assert lms.post(f"{KIM}/login").json == {"enrollments": 105}


class TestAttendance:
    """What a user attended is exported with the user, and goes with the user."""

    @pytest.fixture(autouse=True)
    def session(self, lms: Lms) -> None:
        """A session that runs: Kim is there with a link, and with a device that tells nothing."""
        lms.put_event("ev-1")
        for user_id in ("u-77", "u-78"):
            enrol(lms, "ev-1", user_id)
            enrollment = stored(lms, "ev-1", user_id)
            lms.parts.enrollments().record(
                enrollment,
                state=EnrollmentState.REGISTERED,
                registration=a_registration(enrollment.person, registrant_id=f"r-{user_id}"),
            )
        event = lms.event_as_stored()
        lms.parts.events().record_phase(event, Phase.LIVE, MORNING, "abc==")
        self.instance = an_instance(started_at=MORNING)
        lms.parts.instances().create(self.instance)
        for connection, who in enumerate(
            ({"registrant_id": "r-u-77"}, {"registrant_id": "r-u-78"}, {"name": "Kim"})
        ):
            came = Sighting(joined_at=MORNING, **who)
            lms.parts.attendance().see(self.instance, str(connection), came)

    def settle(self, lms: Lms, user_id: str = "u-77", event_id: str = "ev-1") -> None:
        instance = an_instance(event_id, started_at=MORNING)
        span = Span(joined_at=MORNING, left_at=MORNING + timedelta(minutes=9))
        lms.parts.attendance().add(
            instance,
            Attendee(
                position=position_of_user(user_id), user_id=user_id, email="k@x", spans=(span,)
            ),
        )

    def stored_keys(self, lms: Lms) -> set[str]:
        items = lms.client.scan(TableName=TABLE_NAME)["Items"]
        return {item["SK"]["S"] for item in items if item["PK"]["S"] == "ATTENDANCE#ev-1"}

    def test_is_exported_while_the_session_runs_and_once_it_is_final(self, lms: Lms) -> None:
        lms.parts.moment = MORNING + timedelta(minutes=5)
        (item,) = lms.get(KIM).json["items"]
        assert (item["attendance"]["minutes"], item["attendance"]["left_at"]) == (5, None)

        self.settle(lms)
        lms.parts.events().add_attended("ev-1", frozenset({"abc"}))
        answer = lms.get(KIM).json
        assert [each["attendance"]["minutes"] for each in answer["items"]] == [9]
        assert answer["attended"] == [], "it is there already"

    def test_of_events_without_an_enrollment_comes_last_in_pages(self, lms: Lms) -> None:
        for number in range(3):
            self.settle(lms, event_id=f"hosted-{number}")
        seen, cursor, pages = [], None, 0
        while pages == 0 or cursor:
            query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
            page = lms.get(KIM, query=query).json
            seen += [each["event_id"] for each in (*page["items"], *page["attended"])]
            cursor, pages = page["next_cursor"], pages + 1
        assert seen == ["ev-1", "hosted-0", "hosted-1", "hosted-2"]

    def test_of_someone_who_is_enrolled_nowhere_is_exported(self, lms: Lms) -> None:
        self.settle(lms, "u-1", "hosted")
        answer = lms.get("/v1/users/u-1").json
        assert answer["items"] == []
        assert [each["event_id"] for each in answer["attended"]] == ["hosted"]

    def test_goes_with_the_user_and_others_stay(self, lms: Lms) -> None:
        self.settle(lms)
        self.settle(lms, "u-78")
        lms.delete(KIM)
        assert self.stored_keys(lms) == {
            f"INSTANCE#{self.instance.key}",
            f"DEVICE_STAY#{self.instance.key}#live#1",
            f"DEVICE_STAY#{self.instance.key}#live#2",
            "PERSON#u-78",
        }
        users = [each["user_id"] for each in lms.get("/v1/events/ev-1/attendance").json["items"]]
        assert users == ["u-78"]

    def test_of_events_without_an_enrollment_goes_as_well(self, lms: Lms) -> None:
        self.settle(lms, "u-9")
        lms.delete("/v1/users/u-9")
        assert "PERSON#u-9" not in self.stored_keys(lms)

    def test_that_is_told_after_the_user_went_is_not_shown(self, lms: Lms) -> None:
        lms.delete(KIM)
        late = Sighting(left_at=MORNING, registrant_id="r-u-77", name="Kim")
        lms.parts.attendance().see(self.instance, "9", late)
        answer = lms.get("/v1/events/ev-1/attendance").json
        assert [each["user_id"] for each in answer["items"]] == ["u-78"]
        assert len(answer["unmatched"]) == 1, "the device that told nothing"
