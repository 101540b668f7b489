"""The attendance of an event over HTTP: live, provisional, final; JSON in pages and CSV."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest

from lectern.api.attendance.endpoint import wants_table
from lectern.domain.attendance.matching import AttendanceFault, Attendee, Instance, position_of_user
from lectern.domain.attendance.presence import Sighting, Span
from lectern.domain.attendance.report import attendance_problem
from lectern.domain.enrollment import EnrollmentState
from lectern_testing.aws.moto_shortcut import asked_of
from lectern_testing.builders import a_registration, an_instance
from lectern_testing.lms.api import MORNING, Answered, Lms

READS = {"GetItem", "BatchGetItem", "Query", "Scan"}
PATH = "/v1/events/ev-1/attendance"
TEN = MORNING + timedelta(hours=1)
EMPTY: dict[str, object] = {
    "runs": [],
    "items": [],
    "unmatched": [],
    "next_cursor": None,
    "problem": None,
}


def at(minutes: int) -> datetime:
    return TEN + timedelta(minutes=minutes)


def told(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


@pytest.fixture(autouse=True)
def event(lms: Lms) -> None:
    """Kim and Sam are registered."""
    lms.put_event(duration_minutes=90)
    for user in ("kim", "sam"):
        lms.enrol(user)
        enrollment = lms.enrollment_as_stored(user)
        lms.parts.enrollments().record(
            enrollment,
            state=EnrollmentState.REGISTERED,
            registration=a_registration(enrollment.person, registrant_id=f"r-{user}"),
        )


def begun(lms: Lms, **changes: Any) -> Instance:
    """A run of the session that is stored."""
    instance = an_instance(**{"started_at": at(0)} | changes)
    lms.parts.instances().create(instance)
    return instance


def sees(
    lms: Lms,
    instance: Instance,
    connection: str,
    came: int | None = None,
    went: int | None = None,
    **who: str,
) -> None:
    moments = {
        "joined_at": None if came is None else at(came),
        "left_at": None if went is None else at(went),
    }
    lms.parts.attendance().see(instance, connection, Sighting(**moments, **who))


def settled(lms: Lms, *people: tuple[Any, ...], **changes: Any) -> None:
    """A run whose attendance is final: users, or names of strangers, with minutes."""
    instance = begun(lms, **{"ended_at": at(60)} | changes)
    for user_id, name, minutes in people:
        position = position_of_user(user_id) if user_id else f"STRANGER#{name}"
        lms.parts.attendance().add(
            instance,
            Attendee(
                position=position,
                user_id=user_id,
                email=f"{user_id or name}@acme.example",
                name=name,
                spans=(Span(joined_at=at(0), left_at=at(minutes)),),
            ),
        )
    lms.parts.instances().finish(instance, at(90))


def test_before_the_session_there_is_none(lms: Lms) -> None:
    answer = lms.get(PATH)
    assert answer.status == 200
    assert answer.json == EMPTY | {
        "state": "none",
        "started_at": None,
        "ended_at": None,
        "planned_minutes": 90,
    }


def test_an_unknown_event_is_a_404(lms: Lms) -> None:
    answer = lms.get("/v1/events/none/attendance")
    assert (answer.status, answer.json["code"]) == (404, "event_not_found")


def test_who_is_there_is_seen_while_it_runs(lms: Lms) -> None:
    instance = begun(lms)
    sees(lms, instance, "1", came=5, registrant_id="r-kim", email="")
    sees(lms, instance, "2", came=6, email="sam@ACME.example")
    sees(lms, instance, "2", went=26, email="sam@ACME.example")
    sees(lms, instance, "3", came=7, name="Kim")
    lms.parts.moment = at(30)

    answer = lms.get(PATH).json

    assert (answer["state"], answer["started_at"], answer["ended_at"]) == (
        "live",
        told(at(0)),
        None,
    )
    kim, sam = answer["items"]
    assert kim == {
        "user_id": "kim",
        "email": "kim@acme.example",
        "joined_at": told(at(5)),
        "left_at": None,
        "minutes": 25,
        "sessions": [{"joined_at": told(at(5)), "left_at": None}],
    }
    assert (sam["user_id"], sam["left_at"], sam["minutes"]) == ("sam", told(at(26)), 20)
    assert answer["unmatched"] == [
        {"name": "Kim", "email": "", "joined_at": told(at(7)), "left_at": None, "minutes": 23}
    ]


def test_after_the_end_everyone_is_gone_and_it_is_provisional(lms: Lms) -> None:
    instance = begun(lms)
    sees(lms, instance, "1", came=5, registrant_id="r-kim")
    lms.parts.instances().end(instance, at(60), told_at=at(60), due_at=at(70), expires_at=at(99))
    lms.parts.moment = at(300)

    answer = lms.get(PATH).json

    assert (answer["state"], answer["ended_at"]) == ("provisional", told(at(60)))
    assert (answer["items"][0]["left_at"], answer["items"][0]["minutes"]) == (told(at(60)), 55)


def test_what_keeps_it_from_being_final_is_said(lms: Lms) -> None:
    instance = begun(lms, ended_at=at(60))
    problem = attendance_problem(AttendanceFault.SCOPE_MISSING, "Missing: a:b:c.")
    lms.parts.instances().note_problem(instance, problem, due_at=None)

    answer = lms.get(PATH).json

    assert answer["state"] == "provisional"
    assert answer["problem"]["code"] == "zoom_scope_missing"
    assert "a:b:c" in answer["problem"]["message"]


def test_a_second_run_adds_up_with_what_is_final_of_the_first(lms: Lms) -> None:
    settled(lms, ("kim", "", 60))
    again = begun(lms, uuid="second", started_at=at(100))
    sees(lms, again, "1", came=110, registrant_id="r-kim")
    lms.parts.moment = at(120)

    answer = lms.get(PATH).json

    assert answer["state"] == "live"
    (kim,) = answer["items"]
    assert kim["minutes"] == 70
    assert [each["joined_at"] for each in kim["sessions"]] == [told(at(0)), told(at(110))]


def run(started: str, ended: str | None, *, counted: bool) -> dict[str, Any]:
    return {"started_at": started, "ended_at": ended, "counted": counted}


class TestARehearsal:
    """The event begins at eleven; an hour before that the host tried things out with Sam."""

    @pytest.fixture(autouse=True)
    def rehearsal(self, lms: Lms) -> None:
        lms.put_event(duration_minutes=90, starts_at=at(60).isoformat())
        settled(lms, ("sam", "", 30), (None, "technician", 30), ended_at=at(30), uuid="rehearsal")

    def test_counts_until_the_session_is_held(self, lms: Lms) -> None:
        lms.parts.moment = at(61)
        answer = lms.get(PATH).json
        assert answer["runs"] == [run(told(at(0)), told(at(30)), counted=True)]
        assert [each["user_id"] for each in answer["items"]] == ["sam"]

    def test_counts_no_more_while_the_session_runs(self, lms: Lms) -> None:
        lms.parts.moment = at(70)
        sees(lms, begun(lms, started_at=at(55)), "1", came=65, registrant_id="r-kim")

        answer = lms.get(PATH).json

        assert answer["state"] == "live"
        assert (answer["started_at"], answer["ended_at"]) == (told(at(55)), None)
        assert answer["runs"] == [
            run(told(at(0)), told(at(30)), counted=False),
            run(told(at(55)), None, counted=True),
        ]
        assert [each["user_id"] for each in answer["items"]] == ["kim"]
        assert answer["unmatched"] == []

    def test_is_in_no_page_and_no_table_once_the_session_is_final(self, lms: Lms) -> None:
        lms.parts.moment = at(200)
        settled(lms, ("kim", "", 80), ("tom", "", 80), started_at=at(55), ended_at=at(150))

        users: list[str | None] = []
        cursor: dict[str, Any] | None = {}
        while cursor is not None:
            page = lms.get(PATH, query={"limit": 1, **cursor}).json
            assert (page["state"], page["ended_at"]) == ("final", told(at(150)))
            users += [each["user_id"] for each in page["items"]]
            cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else None
        table = lms.get(PATH, headers={"Accept": "text/csv"}).text.splitlines()

        assert users == ["kim", "tom"]
        assert [row.partition(",")[0] for row in table] == ["user_id", "kim", "tom"]

    def test_holds_nothing_up_though_its_own_report_is_not_there(self, lms: Lms) -> None:
        lms.parts.moment = at(200)
        another = begun(lms, uuid="another", ended_at=at(40))
        problem = attendance_problem(AttendanceFault.REPORT_MISSING)
        lms.parts.instances().note_problem(another, problem, due_at=None)
        settled(lms, ("kim", "", 80), started_at=at(55), ended_at=at(150))

        answer = lms.get(PATH).json

        assert (answer["state"], answer["problem"]) == ("final", None)
        assert [each["counted"] for each in answer["runs"]] == [False, False, True]

    def test_is_the_session_itself_once_the_event_is_moved_to_where_it_was(self, lms: Lms) -> None:
        lms.parts.moment = at(200)
        settled(lms, ("sam", "", 80), started_at=at(55), ended_at=at(150))
        assert lms.get(PATH).json["items"][0]["minutes"] == 80

        lms.put_event(duration_minutes=90, starts_at=at(20).isoformat())

        answer = lms.get(PATH).json
        assert [each["counted"] for each in answer["runs"]] == [True, True]
        assert answer["started_at"] == told(at(0))

    def test_is_in_what_is_stored_of_a_user(self, lms: Lms) -> None:
        lms.parts.moment = at(200)
        settled(lms, ("kim", "", 80), started_at=at(55), ended_at=at(150))
        (exported,) = lms.get("/v1/users/sam").json["items"]
        assert exported["attendance"]["minutes"] == 30


class TestWhatIsFinal:
    @pytest.fixture(autouse=True)
    def final(self, lms: Lms) -> None:
        settled(lms, *((f"u-{n}", "", 10 + n) for n in range(5)), (None, "guest", 9))

    def test_is_not_made_anew_of_everyone(self, lms: Lms) -> None:
        answer, reads = counted(lms, lambda: lms.get(PATH))
        assert answer.json["state"] == "final"
        assert len(answer.json["items"]) == 5
        # The event, its runs, the attendees, and whether there are more.
        assert len(reads) <= 4

    @pytest.mark.parametrize("limit", [1, 2, 3, 5, 6, 7])
    def test_is_read_in_pages_strangers_last(self, lms: Lms, limit: int) -> None:
        users, strangers, cursor, sizes = [], [], None, []
        while True:
            query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
            page = lms.get(PATH, query=query).json
            users += [each["user_id"] for each in page["items"]]
            strangers += [each["name"] for each in page["unmatched"]]
            sizes.append(len(page["items"]) + len(page["unmatched"]))
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert (users, strangers) == ([f"u-{n}" for n in range(5)], ["guest"])
        assert sizes == [limit] * (6 // limit) + ([6 % limit] if 6 % limit else [])

    def test_a_cursor_holds_when_a_second_run_begins(self, lms: Lms) -> None:
        first = lms.get(PATH, query={"limit": 2}).json
        begun(lms, uuid="second")
        rest = lms.get(PATH, query={"cursor": first["next_cursor"]}).json
        assert [each["user_id"] for each in rest["items"]] == ["u-2", "u-3", "u-4"]

    def test_a_cursor_of_another_list_is_refused(self, lms: Lms) -> None:
        cursor = lms.get("/v1/events/ev-1/enrollments", query={"limit": 1}).json["next_cursor"]
        assert lms.get(PATH, query={"cursor": cursor}).pointers == ["/cursor"]

    def test_is_a_table_for_who_asks_for_csv(self, lms: Lms) -> None:
        answer = lms.get(PATH, headers={"Accept": "text/csv"}, query={"limit": 2})
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        rows = list(csv.reader(StringIO(answer.text)))
        assert rows[0] == ["user_id", "email", "joined_at", "left_at", "minutes"]
        assert rows[1] == ["u-0", "u-0@acme.example", told(at(0)), told(at(10)), "10"]
        assert [row[0] for row in rows[1:]] == [f"u-{n}" for n in range(5)]


def counted(lms: Lms, ask: Callable[..., Any]) -> tuple[Answered, list[str]]:
    """What was answered, and which reads that took."""
    with asked_of(lms.client) as asked:
        answered = ask()
    return answered, [name for name in asked if name in READS]


@pytest.mark.parametrize("user_id", ["-1", "@SUM", "=1+1", "+1", "\t=1", "\r=1", "\uff1d1"])
def test_no_cell_of_the_table_is_a_formula(lms: Lms, user_id: str) -> None:
    settled(lms, (user_id, "", 10))
    answer = lms.get(PATH, headers={"Accept": "text/csv"})
    ((found, email, *_),) = list(csv.reader(StringIO(answer.text, newline="")))[1:]
    assert (found, email) == (f"'{user_id}", f"'{user_id}@acme.example")


def test_an_empty_table_has_its_header(lms: Lms) -> None:
    answer = lms.get(PATH, headers={"Accept": "text/csv"})
    assert answer.text == "user_id,email,joined_at,left_at,minutes\r\n"


def test_who_is_still_there_has_no_end_in_the_table(lms: Lms) -> None:
    sees(lms, begun(lms), "1", came=5, registrant_id="r-kim")
    lms.parts.moment = at(30)
    answer = lms.get(PATH, headers={"Accept": "text/csv"})
    assert answer.text.splitlines()[1] == f"kim,kim@acme.example,{told(at(5))},,25"


@pytest.mark.parametrize(
    ("accept", "table"),
    [
        ("text/csv", True),
        ("TEXT/CSV; charset=utf-8", True),
        ("text/csv, */*;q=0.1", True),
        ("application/json;q=0.5, text/csv;q=0.9", True),
        ("application/json, text/csv", False),
        ("application/json, text/csv;q=0.9", False),
        ("text/csv;q=0", False),
        ("text/csv;q=x", False),
        ("*/*", False),
        ("text/*", False),
        (",;=,;q", False),
        ("", False),
    ],
)
def test_csv_is_for_who_would_rather_have_it(accept: str, *, table: bool) -> None:
    assert wants_table({"accept": accept}) is table
    assert wants_table({}) is False
