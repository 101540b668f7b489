"""What the first page of the console shows, and where it leads."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from typing import Any

from lectern.domain.event import SyncState
from lectern.domain.problems import EventProblem, event_problem
from lectern.domain.scopes import SCOPES
from lectern_testing.console import as_failed, as_in_sync, as_waiting, held
from lectern_testing.lms.api import Lms
from lectern_testing.operator import Operator

ZOOM = {"account_id": "a", "client_id": "c", "client_secret": "s"}


class TestTheOverview:
    def test_tells_what_needs_a_person_first(
        self, lms: Lms, events: Any, operator: Operator
    ) -> None:
        page = operator.get("/console").text

        assert page.index("The host is not in the Zoom account") < page.index("Next sessions")
        assert event_problem(EventProblem.HOST_NOT_IN_ZOOM).remedy.replace("'", "&#39;") in page

    def test_counts_what_lies_ahead(self, lms: Lms, events: Any, operator: Operator) -> None:
        page = operator.get("/console").text

        counted = dict(re.findall(r'state=(\w+)"><b>(\d+)</b>', page))
        assert counted == {"failed": "1", "waiting": "0", "pending": "1", "in_sync": "0"}

    def test_leads_to_what_it_counts(self, lms: Lms, operator: Operator) -> None:
        for number in range(4):
            lms.put_event(f"ev-{number}")
        lease = held(lms, "ev-1")
        lease.begin_task(lms.parts.now() + timedelta(minutes=1))
        lease.end_task(Counter(), SyncState.SYNCING)
        as_in_sync(lms, "ev-2")
        as_waiting(lms, "ev-3", EventProblem.DAILY_LIMIT)

        page = operator.get("/console")

        led = {each: operator.get(each).links(r"/events/ev-\d$") for each in page.links("state=")}
        by_state = {each.partition("state=")[2]: len(set(found)) for each, found in led.items()}
        assert by_state == {"failed": 0, "waiting": 1, "pending": 2, "in_sync": 1}
        counted = re.findall(r'state=(\w+)"><b>(\d+)</b>', page.text)
        assert {state: int(count) for state, count in counted} == by_state

    def test_says_where_there_are_more_than_it_counts(self, lms: Lms, operator: Operator) -> None:
        for number in range(101):
            lms.put_event(f"ev-{number:03}")
        for number in range(2):
            as_in_sync(lms, f"ev-{number:03}")

        page = operator.get("/console").text

        told = dict(re.findall(r'state=(\w+)"><b>(\d+\+?)</b>', page))
        assert told == {"failed": "0", "waiting": "0", "pending": "99", "in_sync": "2+"}

    def test_of_an_empty_platform_says_what_to_do(self, operator: Operator) -> None:
        page = operator.get("/console").text

        assert "Zoom is not connected yet" in page
        assert "Nothing lies ahead" in page
        assert "Nothing needs attention" not in page
        assert page.index("Zoom is not connected yet") < page.index("Events ahead")

    def test_of_what_is_in_order_says_that_nothing_is_to_be_done(
        self, lms: Lms, operator: Operator
    ) -> None:
        lms.put("/v1/connections/default", ZOOM)
        names = [scope.name for scope in SCOPES]
        lms.parts.scopes().granted("default", names, lms.parts.now())

        page = operator.get("/console").text

        assert "Nothing needs attention" in page
        assert "Zoom is not connected yet" not in page

    def test_of_very_much_that_failed_shows_the_next_ones_and_leads_to_the_rest(
        self, lms: Lms, operator: Operator
    ) -> None:
        for number in range(12):
            lms.put_event(f"ev-{number:02}", starts_at=f"2026-12-{number + 1:02}T09:00:00Z")
            as_failed(lms, f"ev-{number:02}", EventProblem.HOST_NOT_IN_ZOOM)

        page = operator.get("/console")

        needing = page.text[: page.text.index("Events ahead")]
        assert re.findall(r"/events/(ev-\d\d)\"", needing) == [f"ev-{n:02}" for n in range(10)]
        assert "/events?state=failed" in needing

    def test_shows_what_waits_and_why(self, lms: Lms, events: Any, operator: Operator) -> None:
        as_waiting(lms, "ev-1", EventProblem.DAILY_LIMIT)

        assert "A daily limit of Zoom is used up" in operator.get("/console").text

    def test_of_what_was_cancelled_nothing_is_a_next_session(
        self, lms: Lms, operator: Operator
    ) -> None:
        lms.put_event("ev-1", title="Is held")
        lms.put_event("ev-2", title="Is not held")
        lms.delete("/v1/events/ev-2")

        page = operator.get("/console").text

        assert "Is held" in page
        assert "Is not held" not in page
