"""Scopes, limits and attendance as pages: read by everybody who looks after events."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest

from lectern.domain.attendance.matching import Attendee, position_of_user
from lectern.domain.attendance.presence import Sighting, Span
from lectern.domain.scopes import SCOPES
from lectern_testing.builders import an_instance
from lectern_testing.lms.api import MORNING, Lms
from lectern_testing.operator import Operator

A_CONNECTION = {"account_id": "a", "client_id": "c", "client_secret": "s"}
NAMES = [scope.name for scope in SCOPES]


@pytest.fixture
def connected(lms: Lms) -> Any:
    lms.put("/v1/settings", {"zoom": A_CONNECTION})
    return lms


def rows(page: Any) -> Any:
    return re.findall(r"<code>([\w:]+)</code></th><td[^>]*><span [^>]*>(\w+)<", page.text)


class TestScopes:
    def test_each_is_told_with_its_state_and_what_stops_without_it(
        self, connected: Lms, operator: Operator
    ) -> None:
        known, now = connected.parts.scopes(), connected.parts.now()
        known.granted("default", [*NAMES[1:], "chat:read:admin"], now)

        page = operator.get("/console/scopes")

        assert rows(page) == [
            (name, "Missing" if name == NAMES[0] else "Granted") for name in NAMES
        ]
        assert SCOPES[0].without.replace("'", "&#39;") in page.text
        assert "1 scope is superfluous" in page.text
        assert "<code>chat:read:admin</code>" in page.text

    def test_nothing_is_known_of_before_zoom_was_asked(
        self, connected: Lms, operator: Operator
    ) -> None:
        assert {state for _, state in rows(operator.get("/console/scopes"))} == {"Unknown"}

    def test_they_are_each_connection_s_own(self, connected: Lms, operator: Operator) -> None:
        connected.put("/v1/connections/acme", A_CONNECTION)
        connected.parts.scopes().granted("acme", NAMES, connected.parts.now())

        own, other = (
            operator.get(f"/console/scopes?connection={each}") for each in ("default", "acme")
        )

        assert {state for _, state in rows(own)} == {"Unknown"}
        assert {state for _, state in rows(other)} == {"Granted"}
        assert '<option value="acme" selected>' in other.text

    def test_without_a_connection_say_what_to_do(self, operator: Operator) -> None:
        assert "Zoom is not connected yet" in operator.get("/console/scopes").text
        assert operator.get("/console/scopes?connection=no").status == 404
        assert operator.get("/console/scopes?connection=a%20b").status == 422


class TestLimits:
    def test_are_bars_with_numbers(self, connected: Lms, operator: Operator) -> None:
        budgets, now = connected.parts.budgets(), connected.parts.now()
        for _ in range(3):
            budgets.take_day("default", now, "heavy", 60_000)
            budgets.take_host("default", now, "host-1", 100)

        page = operator.get("/console/limits").text

        assert "3 of 60,000 · 59,997 left" in page
        assert "3 of 100 · 97 left" in page
        assert re.search(r'<meter [^>]*max="60000"[^>]*value="3"', page)
        assert "at most 40 a second" in page

    def test_that_zoom_says_are_used_up_have_nothing_left(
        self, connected: Lms, operator: Operator
    ) -> None:
        budgets, now = connected.parts.budgets(), connected.parts.now()
        budgets.close_day("default", now, "heavy", now + timedelta(hours=2))
        budgets.take_host("default", now, "host-1", 100)
        budgets.close_host("default", now, "host-1", now + timedelta(hours=2))

        page = operator.get("/console/limits").text

        assert "Zoom says that this is used up" in page
        assert "1 of 100 · 0 left" in page
        assert page.count("30 Nov 2026, 11:00 UTC") == 2
        assert re.search(r'<meter [^>]*max="60000"[^>]*value="60000"', page)

    def test_the_busiest_hosts_are_shown_and_the_others_counted(
        self, connected: Lms, operator: Operator
    ) -> None:
        budgets, now = connected.parts.budgets(), connected.parts.now()
        for number in range(102):
            budgets.take_host("default", now, f"host-{number:03}", 100)
        budgets.take_host("default", now, "host-101", 100)

        page = operator.get("/console/limits").text

        assert re.findall(r"<bdi>(host-\d+)</bdi>", page)[:2] == ["host-101", "host-000"]
        assert page.count("<bdi>host-") == 100
        assert "and 2 more hosts who used less" in page

    def test_of_a_day_without_a_call_say_so(self, operator: Operator) -> None:
        page = operator.get("/console/limits").text

        assert "0 of 60,000" in page
        assert "No meeting or webinar was made or changed today" in page

    def test_of_a_connection_that_there_is_not_are_not_found(self, operator: Operator) -> None:
        assert operator.get("/console/limits?connection=no").status == 404
        assert operator.get("/console/limits?connection=%3F").status == 422


TEN = MORNING + timedelta(hours=1)


def at(minutes: int) -> Any:
    return TEN + timedelta(minutes=minutes)


@pytest.fixture
def held(lms: Lms) -> Any:
    """A session that was held from ten to eleven, and who was there."""
    lms.put_event(duration_minutes=60)
    lms.enrol("u-77")
    instance = an_instance(started_at=at(0), ended_at=at(60))
    lms.parts.instances().create(instance)
    first, second = Span(joined_at=at(0), left_at=at(15)), Span(joined_at=at(30), left_at=at(60))
    late = Span(joined_at=at(45), left_at=at(60))
    people = [("u-77", "Kim", (first, second)), (None, "=<b>Stranger</b>", (late,))]
    for user_id, name, spans in people:
        position = position_of_user(user_id) if user_id else f"STRANGER#{name}"
        email = f"{user_id or 'x'}@acme.example"
        lms.parts.attendance().add(
            instance,
            Attendee(position=position, user_id=user_id, email=email, name=name, spans=spans),
        )
    lms.parts.instances().finish(instance, at(90))
    lms.parts.moment = at(100)
    return lms


class TestAttendance:
    def test_before_the_session_nobody_attended_yet(self, lms: Lms, operator: Operator) -> None:
        lms.put_event()

        page = operator.get("/console/events/ev-1/attendance").text

        assert "Nobody yet" in page
        assert "Nobody attended" not in page

    def test_is_a_time_line_for_each_person_and_the_same_in_words(
        self, held: Any, operator: Operator
    ) -> None:
        operator.enter()
        page = operator.get("/console/events/ev-1/attendance").text

        kim, stranger = re.findall(r"<tr>\s*<th scope=\"row\">.*?</tr>", page, re.DOTALL)
        assert re.findall(r'<rect x="([\d.]+)%" width="([\d.]+)%"', kim) == [
            ("0.0", "25.0"),
            ("50.0", "50.0"),
        ]
        assert re.findall(r">(\d\d:\d\d)</time>", kim) == ["10:00", "10:15", "10:30", "11:00"]
        assert "<td>45</td>" in kim
        assert "=&lt;b&gt;Stranger&lt;/b&gt;" in stranger
        assert 'class="stranger"' in stranger
        assert re.findall(r"<text [^>]*>(\d\d:\d\d)</text>", page)[0] == "10:00"
        assert ">Final</span>" in page
        assert "data-live" not in page

    def test_can_be_taken_along_as_csv(self, held: Any, operator: Operator) -> None:
        operator.enter()
        [link] = operator.get("/console/events/ev-1/attendance").links("csv$")

        table = operator.get(link)

        assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert table.headers["Content-Disposition"] == (
            'attachment; filename="attendance-ev-1.csv"'
        )
        header, kim = csv.reader(StringIO(table.text))
        assert header == ["user_id", "email", "joined_at", "left_at", "minutes"]
        assert (kim[0], kim[4]) == ("u-77", "45")

    def test_moves_while_the_session_is_on(self, lms: Lms, operator: Operator) -> None:
        lms.put_event()
        lms.enrol("u-77")
        instance = an_instance(started_at=at(0), ended_at=None)
        lms.parts.instances().create(instance)
        sighting = Sighting(joined_at=at(10), email="u-77@acme.example")
        lms.parts.attendance().see(instance, "1", sighting)
        lms.parts.moment = at(20)

        page = operator.get("/console/events/ev-1/attendance").text

        assert 'data-live="20"' in page
        assert "still there" in page
        assert re.findall(r'<rect x="([\d.]+)%" width="([\d.]+)%"', page) == [("50.0", "50.0")]

    def test_before_the_session_there_is_none(self, lms: Lms, operator: Operator) -> None:
        lms.put_event()

        page = operator.get("/console/events/ev-1/attendance")

        assert page.status == 200
        assert "No session yet" in page.text
        assert page.links("csv$") == []
        assert "/console/events/ev-1/attendance" in operator.get("/console/events/ev-1").links()

    def test_has_pages(self, lms: Lms, operator: Operator) -> None:
        lms.put_event()
        instance = an_instance(started_at=at(0), ended_at=at(60))
        lms.parts.instances().create(instance)
        for number in range(60):
            user = f"u-{number:02}"
            span = Span(joined_at=at(0), left_at=at(60))
            person = Attendee(
                position=position_of_user(user), user_id=user, email=f"{user}@acme.example",
                name=user, spans=(span,),
            )  # fmt: skip
            lms.parts.attendance().add(instance, person)
        lms.parts.instances().finish(instance, at(90))
        lms.parts.moment = at(100)
        operator.enter()

        first = operator.get("/console/events/ev-1/attendance")
        [following] = first.links("cursor=")
        second = operator.get(following)

        assert [page.text.count('scope="row"') for page in (first, second)] == [50, 10]
        assert len(operator.get("/console/events/ev-1/attendance/table.csv").text.split()) == 61

    def test_of_an_event_that_there_is_not_is_not_found(self, operator: Operator) -> None:
        for path in ("attendance", "attendance/table.csv"):
            assert operator.get(f"/console/events/no/{path}").status == 404
        assert operator.get("/console/events/no/attendance?cursor=x").status == 404
