"""The self-test as pages: started by administrators, watched by everybody."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.validation import CheckFinding, CheckId, CheckState
from lectern_testing.console import as_ended, started
from lectern_testing.lms.api import Lms
from lectern_testing.operator import Operator

A_CONNECTION = {"account_id": "a", "client_id": "c", "client_secret": "s"}


def states(page: Any) -> Any:
    return re.findall(r'id="check-(\w+)">.*?class="badge[^"]*">([^<]*)<', page.text, re.DOTALL)


def test_it_is_started_and_leads_to_how_far_it_is(lms: Lms, admin: Operator) -> None:
    sent = admin.post("/console/self-tests", {"connection": "default", "host.email": ""})

    page = admin.get(sent.location)
    assert [check for check, _ in states(page)] == [each.value for each in CheckId]
    assert 'data-live="2"' in page.text
    assert '<noscript><meta http-equiv="refresh"' in page.text
    assert "0 of 14 checks done" in page.text


def test_it_is_started_for_a_connection_and_a_host(lms: Lms, admin: Operator) -> None:
    lms.put("/v1/connections/acme", A_CONNECTION)
    fields = {"connection": "acme", "host.email": "anna@acme.example"}

    sent = admin.post("/console/self-tests", fields)

    validation = lms.parts.validations().get(sent.location.rpartition("/")[2])
    assert (validation.connection, validation.host_email) == ("acme", "anna@acme.example")  # type: ignore[union-attr]
    assert "anna@acme.example" not in admin.get(sent.location).text


def test_while_one_runs_a_start_leads_to_it(lms: Lms, admin: Operator) -> None:
    running = started(lms)

    sent = admin.post("/console/self-tests", {"connection": "default"})

    assert sent.location == f"/console/self-tests/{running}"


def test_what_is_refused_is_said_at_its_field(lms: Lms, admin: Operator) -> None:
    page = admin.post("/console/self-tests", {"connection": "default", "host.email": "nobody"})

    assert page.status == 422
    assert re.search(r'value="nobody"[^>]*aria-invalid="true"', page.text)
    assert lms.get("/v1/validation").json["items"] == []


def test_each_check_tells_what_was_found_and_what_to_do(lms: Lms, operator: Operator) -> None:
    validation_id = started(lms)
    finding = CheckFinding(state=CheckState.FAILED, detail="Not <there>.", remedy="Look there.")
    skipped = CheckFinding(state=CheckState.SKIPPED, detail="Not tried.")
    as_ended(lms, validation_id, host=finding, webinar=skipped)

    page = operator.get(f"/console/self-tests/{validation_id}")

    assert dict(states(page))["host"] == "Failed"
    assert dict(states(page))["webinar"] == "Skipped"
    assert dict(states(page))["join"] == "Passed"
    assert "Not &lt;there&gt;." in page.text
    assert "Look there." in page.text
    assert "14 of 14 checks done" in page.text
    assert "data-live" not in page.text
    assert "http-equiv" not in page.text


def test_one_that_died_is_over_once_its_time_is(lms: Lms, operator: Operator) -> None:
    validation_id = started(lms)
    lms.parts.moment += timedelta(minutes=4)

    assert "data-live" not in operator.get(f"/console/self-tests/{validation_id}").text


def test_the_last_ones_are_listed_by_connection(lms: Lms, operator: Operator) -> None:
    lms.put("/v1/connections/acme", A_CONNECTION)
    own, other = started(lms), started(lms, connection="acme")
    finding = CheckFinding(state=CheckState.FAILED, detail="No.")
    as_ended(lms, own, plan=finding)

    page = operator.get("/console/self-tests")
    of_other = operator.get("/console/self-tests?connection=acme")

    assert own in page.text
    assert other not in page.text
    assert "plan has what is switched on" in page.text
    assert other in of_other.text
    assert own not in of_other.text


def test_there_are_pages(lms: Lms, operator: Operator) -> None:
    for _ in range(21):
        as_ended(lms, started(lms))
        lms.parts.moment += timedelta(minutes=1)

    first = operator.get("/console/self-tests")
    [following] = first.links("cursor=")

    assert [len(page.links("self-tests/")) for page in (first, operator.get(following))] == [20, 1]


def test_support_watches_and_does_not_start(lms: Lms, operator: Operator) -> None:
    assert "Start the self-test" not in operator.get("/console/self-tests").text

    assert operator.post("/console/self-tests", {"connection": "default"}).status == 403
    assert lms.get("/v1/validation").json["items"] == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/console/self-tests/no", 404),
        ("/console/self-tests?connection=no", 404),
        ("/console/self-tests?connection=..%2Fx", 422),
        ("/console/self-tests?cursor=x", 422),
        ("/console/self-tests?cursor=" + "x" * 1025, 422),
        ("/console/connections?cursor=" + "x" * 1025, 422),
        ("/console/events/ev-1?cursor=" + "x" * 1025, 422),
    ],
)
def test_what_cannot_be_asked_for_is_refused(
    lms: Lms, admin: Operator, path: str, status: Any
) -> None:
    lms.put_event()
    assert admin.get(path).status == status


@pytest.mark.parametrize("fields", [{"connection": "no"}, {"connection": "../x"}])
def test_a_connection_that_there_is_not_is_not_tested(
    lms: Lms, admin: Operator, fields: dict[str, Any]
) -> None:
    assert admin.post("/console/self-tests", fields).status in {404, 422}
