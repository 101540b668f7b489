from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.enrollment import Enrollment, EnrollmentState, Registration
from lectern.domain.problems import EnrollmentProblem, enrollment_message
from lectern.store.table import WriteConflict
from lectern_testing.builders import an_enrollment
from lectern_testing.lms.api import MORNING, Lms

ENROLLMENTS = "/v1/events/ev-1/enrollments"
KIM = f"{ENROLLMENTS}/u-77"
LATER = MORNING + timedelta(hours=1)


def stored(lms: Lms, user_id: str = "u-77") -> Enrollment:
    return lms.enrollment_as_stored(user_id)


def requested(lms: Lms) -> int:
    return lms.event_as_stored().sync.requested


def recorded(lms: Lms, **stand: Any) -> None:
    lms.parts.enrollments().record(stored(lms), **stand)


def a_registration(lms: Lms) -> Registration:
    return Registration(
        zoom_id="85746065",
        registrant_id="reg-1",
        join_url="https://zoom.example/w/85746065?tk=personal",
        person=stored(lms).person,
        registered_at=MORNING,
    )


@pytest.fixture
def event(lms: Lms) -> None:
    lms.put_event()


@pytest.mark.usefixtures("event")
class TestOneEnrollment:
    def test_enrolling_is_202_with_what_was_said_and_where_it_stands(self, lms: Lms) -> None:
        sent = {
            "user_id": "u-77", "email": "Kim@acme.example", "first_name": "Kim", "last_name": "Ng",
            "role": "instructor",
            "access": {
                "granted": False,
                "requirements": [{"id": "r1", "title": "Module 1", "met": False, "url": "https://lms.example/m/1"}],
            },
        }  # fmt: skip
        answer = lms.put(KIM, sent)
        assert answer.status == 202
        stand = {
            "state": "pending", "reason": None, "message": None, "registrant_id": None,
            "registered_at": None,
        }  # fmt: skip
        assert answer.json == sent | {"sync": stand}
        assert lms.get(KIM).json == answer.json

    def test_what_is_left_out_has_its_default(self, lms: Lms) -> None:
        answer = lms.put(KIM, {"email": "kim@acme.example", "first_name": "Kim"}).json
        assert (answer["user_id"], answer["last_name"], answer["role"]) == (
            "u-77",
            "",
            "participant",
        )
        assert answer["access"] == {"granted": True, "requirements": []}

    def test_enrolling_asks_for_one_synchronisation(self, lms: Lms) -> None:
        lms.enrol()
        assert requested(lms) == 2

    def test_a_put_that_changes_nothing_is_200_and_writes_nothing(self, lms: Lms) -> None:
        lms.enrol(last_name="Ng")
        answer, writes = lms.writes(lambda: lms.enrol(last_name=" Ng "))
        assert (answer.status, writes) == (200, [])

    @pytest.mark.parametrize(
        "change",
        [
            {"email": "kim2@acme.example"},
            {"first_name": "Kimmy"},
            {"last_name": "Berg"},
            {"role": "instructor"},
            {"access": {"granted": False}},
        ],
    )
    def test_a_change_is_decided_anew_and_keeps_the_registrant(
        self, lms: Lms, change: dict[str, str]
    ) -> None:
        lms.enrol()
        recorded(
            lms,
            state=EnrollmentState.FAILED,
            reason=EnrollmentProblem.REJECTED,
            message="Zoom said no.",
            registration=a_registration(lms),
            failed_for="85746065#0",
        )
        lms.parts.moment = LATER
        assert lms.enrol(**change).status == 202
        now = stored(lms)
        assert (now.version, now.state, now.reason) == (2, EnrollmentState.PENDING, None)
        assert (now.message, now.failed_for) == (None, None)
        assert (now.enrolled_at, now.updated_at) == (MORNING, LATER)
        assert now.registration is not None
        assert now.registration.registrant_id == "reg-1"
        assert requested(lms) == 3

    @pytest.mark.parametrize(
        ("reason", "status"),
        [(EnrollmentProblem.DENIED_IN_ZOOM, 202), (EnrollmentProblem.CAPACITY_REACHED, 200)],
    )
    def test_access_given_once_more_lets_in_whom_a_host_put_out(
        self, lms: Lms, reason: EnrollmentProblem, status: int
    ) -> None:
        lms.enrol()
        recorded(lms, state=EnrollmentState.FAILED, reason=reason, taken_back=MORNING)

        assert lms.enrol().status == 200
        assert stored(lms).taken_back == MORNING
        assert lms.put(f"{KIM}/access", {"granted": True}).status == status
        assert (stored(lms).taken_back is None) == (status == 202)
        assert lms.put(f"{KIM}/access", {"granted": True}).status == 200

    def test_a_registered_person_never_shows_the_link(self, lms: Lms) -> None:
        lms.enrol()
        recorded(lms, state=EnrollmentState.REGISTERED, registration=a_registration(lms))
        answer = lms.get(KIM)
        assert answer.json["sync"]["registrant_id"] == "reg-1"
        assert answer.json["sync"]["registered_at"] == "2026-11-30T09:00:00Z"
        for shown in (answer, lms.get(ENROLLMENTS), lms.enrol(), lms.get("/v1/events/ev-1")):
            assert "personal" not in shown.text

    def test_a_reason_always_has_a_message(self, lms: Lms) -> None:
        lms.enrol()
        recorded(lms, state=EnrollmentState.BLOCKED, reason=EnrollmentProblem.REQUIREMENTS_NOT_MET)
        sync = lms.get(KIM).json["sync"]
        assert sync["message"] == enrollment_message(EnrollmentProblem.REQUIREMENTS_NOT_MET)

    def test_removing_is_202_and_then_there_is_nobody(self, lms: Lms) -> None:
        lms.enrol()
        answer = lms.delete(KIM)
        assert (answer.status, answer.json["sync"]["state"]) == (202, "pending")
        assert stored(lms).removed
        assert requested(lms) == 3
        assert lms.delete(KIM).json["code"] == "enrollment_not_found"
        assert lms.put(f"{KIM}/access", {"granted": True}).status == 404
        assert requested(lms) == 3
        assert lms.get(KIM).status == 200

    def test_who_is_enrolled_again_is_enrolled_from_now_on(self, lms: Lms) -> None:
        lms.enrol()
        lms.delete(KIM)
        lms.parts.moment = LATER
        assert lms.enrol().status == 202
        now = stored(lms)
        assert (now.removed, now.enrolled_at, now.version) == (False, LATER, 3)

    def test_access_changes_alone(self, lms: Lms) -> None:
        lms.enrol(last_name="Ng")
        access = {
            "granted": False,
            "requirements": [{"id": "r1", "title": "M", "met": False, "url": None}],
        }
        answer = lms.put(f"{KIM}/access", access)
        assert (answer.status, answer.json["access"], answer.json["last_name"]) == (
            202,
            access,
            "Ng",
        )
        assert requested(lms) == 3
        again, writes = lms.writes(lambda: lms.put(f"{KIM}/access", access))
        assert (again.status, writes) == (200, [])

    def test_who_was_never_enrolled_is_404(self, lms: Lms) -> None:
        assert lms.get(KIM).json["code"] == "enrollment_not_found"
        assert lms.delete(KIM).status == 404
        assert lms.put(f"{KIM}/access", {"granted": True}).status == 404

    def test_a_user_id_other_than_that_of_the_path_is_422_beside_other_faults(
        self, lms: Lms
    ) -> None:
        assert lms.enrol(user_id="u-78").pointers == ["/user_id"]
        assert lms.enrol(user_id="u-78", email="nope").pointers == ["/user_id", "/email"]

    @pytest.mark.parametrize(
        ("change", "pointer"),
        [
            ({"email": "nope"}, "/email"),
            ({"email": "a" * 117 + "@acme.example"}, "/email"),
            ({"first_name": " "}, "/first_name"),
            ({"first_name": "x" * 65}, "/first_name"),
            ({"last_name": "x" * 65}, "/last_name"),
            ({"last_name": "a\nb"}, "/last_name"),
            ({"role": "host"}, "/role"),
            ({"access": {"granted": "no"}}, "/access/granted"),
            (
                {"access": {"requirements": [{"id": "r", "title": "t"}]}},
                "/access/requirements/0/met",
            ),
            (
                {
                    "access": {
                        "requirements": [
                            {"id": "r", "title": "t", "met": True, "url": "javascript:x"}
                        ]
                    }
                },
                "/access/requirements/0/url",
            ),
            (
                {"access": {"requirements": [{"id": "r", "title": "t", "met": True}] * 101}},
                "/access/requirements",
            ),
            ({"phone": "1"}, "/phone"),
        ],
    )
    def test_what_an_enrollment_cannot_be_is_422_where_it_is(
        self, lms: Lms, change: dict[str, str], pointer: str
    ) -> None:
        assert lms.enrol(**change).pointers == [pointer]
        assert lms.parts.enrollments().get("ev-1", "u-77") is None

    def test_the_largest_enrollment_can_be_stored(self, lms: Lms) -> None:
        url = "https://lms.example/".ljust(2048, "x")
        requirement = {"id": "安" * 128, "title": "安" * 200, "met": False, "url": url}
        assert lms.enrol(access={"requirements": [requirement] * 100}).status == 202

    def test_the_loser_of_a_race_decides_again(
        self, lms: Lms, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        enrollments = lms.parts.enrollments()
        replace = enrollments.replace_desired
        lost: list[object] = []

        def lose_once(old: Enrollment | None, new: Enrollment, **how: bool) -> None:
            if not lost:
                lost.append(old)
                replace(None, an_enrollment("u-77", now=MORNING))
            replace(old, new, **how)

        monkeypatch.setattr(enrollments, "replace_desired", lose_once)
        assert lms.enrol(first_name="Second").status == 202
        assert (stored(lms).version, stored(lms).person.first_name) == (2, "Second")

    def test_a_cancelled_event_takes_nobody_but_lets_go(self, lms: Lms) -> None:
        lms.enrol()
        lms.delete("/v1/events/ev-1")
        assert lms.enrol("u-78").json["code"] == "event_cancelled"
        assert lms.post(ENROLLMENTS, {"enrollments": []}).status == 409
        assert lms.put(ENROLLMENTS, {"enrollments": []}).status == 409
        assert lms.delete(KIM).status == 202


def test_an_unknown_event_is_404(lms: Lms) -> None:
    assert lms.enrol().json["code"] == "event_not_found"
    assert lms.post(ENROLLMENTS, {"enrollments": []}).status == 404
    assert lms.put(ENROLLMENTS, {"enrollments": []}).status == 404
    assert lms.put(f"{KIM}/access", {"granted": True}).status == 404
    assert lms.get(ENROLLMENTS).status == 404
    assert lms.get(KIM).status == 404
    assert lms.delete(KIM).status == 404


@pytest.mark.usefixtures("event")
class TestTheList:
    def listed(self, lms: Lms, **query: Any) -> list[str]:
        users, cursor = [], None
        while True:
            page = lms.get(ENROLLMENTS, query=query | ({"cursor": cursor} if cursor else {})).json
            users += [item["user_id"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                return users

    @pytest.mark.parametrize("limit", [1, 2, 5, 200])
    def test_everyone_who_was_not_removed_by_user_id(self, lms: Lms, limit: int) -> None:
        for user in ("u-3", "u-1", "u-5", "u-2", "u-4"):
            lms.enrol(user)
        lms.delete(f"{ENROLLMENTS}/u-2")
        assert self.listed(lms, limit=limit) == ["u-1", "u-3", "u-4", "u-5"]

    @pytest.mark.parametrize("limit", [1, 50])
    def test_by_where_they_stand(self, lms: Lms, limit: int) -> None:
        stands = {"u-1": "registered", "u-2": "failed", "u-3": "registered", "u-4": "removed"}
        for user, state in stands.items():
            enrollment = an_enrollment(
                user, state=EnrollmentState(state), removed=state == "removed"
            )
            lms.parts.enrollments().replace_desired(None, enrollment)
        assert self.listed(lms, limit=limit, state="registered") == ["u-1", "u-3"]
        assert self.listed(lms, limit=limit, state="removed") == ["u-4"]
        assert self.listed(lms, limit=limit, state="blocked") == []

    @pytest.mark.parametrize(
        "query", [{"state": "gone"}, {"limit": "x"}, {"cursor": "x"}, {"role": "participant"}]
    )
    def test_a_query_that_cannot_be_is_422(self, lms: Lms, query: dict[str, str]) -> None:
        assert lms.get(ENROLLMENTS, query=query).pointers == [f"/{next(iter(query))}"]


def test_a_write_that_fails_half_way_still_asks_for_the_synchronisation(
    lms: Lms, monkeypatch: pytest.MonkeyPatch
) -> None:
    lms.put_event()
    enrollments = lms.parts.enrollments()
    replace = enrollments.replace_desired

    def fail_for_one(old: None, new: Enrollment, **how: bool) -> None:
        if new.user_id == "u-2":
            raise WriteConflict(None)
        replace(old, new, **how)

    monkeypatch.setattr("lectern.api.http.retry.time.sleep", lambda _: None)
    monkeypatch.setattr(enrollments, "replace_desired", fail_for_one)
    people = [
        {"user_id": f"u-{n}", "email": f"u{n}@acme.example", "first_name": "U"} for n in (1, 2)
    ]
    assert lms.post(ENROLLMENTS, {"enrollments": people}).status == 409
    assert stored(lms, "u-1") is not None
    assert requested(lms) == 2
