"""Zoom refuses people: each hears why, in Zoom's words, and nobody else is held up."""

from __future__ import annotations

import pytest

from lectern.domain.enrollment import EnrollmentState
from lectern.domain.event import Options
from lectern.domain.join.decision import JoinState
from lectern.domain.meeting import Kind
from lectern.domain.notifications import of_enrollment
from lectern_testing.on_stage.clicks import click
from lectern_testing.on_stage.crowds import (
    REGISTERING,
    an_event_of,
    another,
    kinds,
    late_comers,
    registering_calls,
    some,
    told,
)
from lectern_testing.stage import Stage


@kinds
def test_who_is_named_is_left_out_and_the_rest_go_in_one_call(stage: Stage, kind: Kind) -> None:
    an_event_of(stage, kind, *some(8), another("bad", "no-address"), another("worse", "@"))

    assert stage.synchronise() == "SUCCEEDED"

    assert stage.where_people_stand() == {"registered": 8, "failed": 2}
    state, reason, message = told(stage, "bad")
    assert (state, reason) == ("failed", "invalid_email")
    assert "Zoom said: email: " in message
    assert "registrants" not in message
    assert "(code 300)" in message
    assert registering_calls(stage, kind) == 2
    assert stage.event().sync.state == "in_sync"


@kinds
def test_a_blocked_domain_costs_those_who_are_in_it(stage: Stage, kind: Kind) -> None:
    stage.seed(blocked_domains=["bad.example"])
    an_event_of(stage, kind, *some(3), another("bad", "kim@bad.example"))

    stage.synchronise()

    assert stage.where_people_stand() == {"registered": 3, "failed": 1}
    state, reason, message = told(stage, "bad")
    assert (state, reason) == ("failed", "zoom_rejected")
    assert "have been blocked from joining" in message
    assert "(code 3000)" in message
    assert "kim@" not in message
    assert len(stage.open_meetings()) == 1


@kinds
def test_what_zoom_said_of_a_person_is_in_the_notification_and_at_the_click(
    stage: Stage, kind: Kind
) -> None:
    stage.seed(blocked_domains=["bad.example"])
    late_comers(stage, kind, another("bad", "kim@bad.example"))
    before = stage.enrollment("bad")

    decision = click(stage, "bad")

    assert (decision.state, decision.reason) == (JoinState.UNAVAILABLE, "zoom_rejected")
    assert "have been blocked" in (decision.message or "")
    (notification,) = of_enrollment(before, stage.enrollment("bad"))
    assert notification.code == "zoom_rejected"
    assert "have been blocked" in (notification.message or "")
    assert notification.remedy
    assert stage.where_people_stand() == {"registered": 1, "failed": 1}


@kinds
def test_who_has_no_zoom_account_where_one_is_required(stage: Stage, kind: Kind) -> None:
    stage.seed(policy={"zoom_accounts": ["@people.example"]})
    needs = Options(require_sign_in=True)
    an_event_of(stage, kind, *some(3), another("out", "kim@elsewhere.example"), options=needs)

    stage.synchronise()

    assert stage.where_people_stand() == {"registered": 3, "failed": 1}
    state, reason, message = told(stage, "out")
    assert (state, reason) == ("failed", "zoom_account_required")
    assert "has not been used as a Zoom account" in message
    assert stage.event().sync.state == "in_sync"
    assert len(stage.open_meetings()) == 1
    stage.forget_calls()
    assert click(stage, "out").reason == "zoom_account_required"
    assert stage.calls() == {}


@kinds
@pytest.mark.parametrize("clicks", [False, True])
def test_who_has_no_zoom_account_gets_in_once_none_is_required(
    stage: Stage, kind: Kind, *, clicks: bool
) -> None:
    stage.seed(policy={"zoom_accounts": ["@people.example"]})
    needs = Options(require_sign_in=True)
    an_event_of(stage, kind, *some(2), another("out", "kim@elsewhere.example"), options=needs)
    stage.synchronise()
    stage.forget_calls()

    stage.change_details(options=Options())
    if clicks:
        # Zoom was not told yet, and would refuse the same again.
        assert click(stage, "out").state is not JoinState.JOIN
        assert stage.calls() == {}
    stage.synchronise()

    stage.all_is_well(3)
    assert registering_calls(stage, kind) == 1
    stage.forget_calls()
    stage.change_details(options=needs)
    stage.synchronise()
    assert stage.where_people_stand() == {"registered": 3}
    assert registering_calls(stage, kind) == 0


@kinds
def test_who_clicks_without_a_zoom_account_is_told_so(stage: Stage, kind: Kind) -> None:
    stage.seed(policy={"zoom_accounts": ["@acme.example"]})
    needs = Options(require_sign_in=True)
    late_comers(stage, kind, another("out", "kim@elsewhere.example"), options=needs)

    assert click(stage, "out").reason == "zoom_account_required"
    assert registering_calls(stage, kind) == 1
    assert stage.event().meeting is not None


@kinds
@pytest.mark.parametrize("question", ["phone", "Which forklift do you drive?"])
def test_a_form_that_requires_answers_is_the_event_s_problem_and_tried_once(
    stage: Stage, kind: Kind, question: str
) -> None:
    stage.seed(policy={"required_questions": [question]})
    an_event_of(stage, kind, *some(30))

    stage.synchronise()

    problem = stage.event().sync.problem
    assert (stage.event().sync.state, problem and problem.code) == (
        "failed",
        "registration_questions",
    )
    assert problem
    assert question in problem.message
    assert stage.where_people_stand() == {"failed": 30}
    _, reason, message = told(stage, "u-7")
    assert reason == "registration_questions"
    assert question in message
    assert registering_calls(stage, kind) <= 2
    stage.forget_calls()
    assert click(stage, "u-7").reason == "registration_questions"
    assert stage.calls() == {}

    stage.seed(policy={})
    stage.events.request_sync("ev-1", stage.clock.now())
    stage.synchronise()
    stage.all_is_well(30)


def test_of_many_batches_only_those_at_work_are_tried(stage: Stage) -> None:
    stage.seed(policy={"required_questions": ["phone"]})
    an_event_of(stage, Kind.MEETING, *some(200))

    stage.synchronise()

    assert stage.where_people_stand() == {"failed": 200}
    assert registering_calls(stage, Kind.MEETING) <= 2 * 4


@kinds
def test_a_click_on_a_form_that_requires_answers(stage: Stage, kind: Kind) -> None:
    late_comers(stage, kind, *some(1))
    stage.seed(policy={"required_questions": ["phone"]})

    assert click(stage, "u-0").reason == "registration_questions"

    assert told(stage, "u-0")[:2] == ("failed", "registration_questions")
    assert stage.where_people_stand() == {"registered": 1, "failed": 1}
    assert stage.event().sync.is_due


@kinds
def test_a_refusal_that_nobody_knows_of_one_person_costs_that_person(
    stage: Stage, kind: Kind
) -> None:
    for operation in REGISTERING[kind]:
        stage.fault(
            operation=operation,
            kind="status",
            status=400,
            body={"code": 98_765, "message": "Something new."},
            person="u-0@people.example",
            times=None,
        )
    an_event_of(stage, kind, *some(6))

    stage.synchronise()

    assert stage.where_people_stand() == {"registered": 5, "failed": 1}
    assert told(stage, "u-0")[1:] == (
        "zoom_rejected",
        "Zoom refused to register this person. Zoom said: Something new (code 98765).",
    )
    assert stage.event().sync.state == "in_sync"


@kinds
@pytest.mark.parametrize(("status", "code"), [(400, 98_765), (400, 3000), (400, 300), (404, 2300)])
@pytest.mark.parametrize("clicks", [False, True])
def test_one_odd_answer_about_one_person_keeps_nobody_out(
    stage: Stage, kind: Kind, status: int, code: int, *, clicks: bool
) -> None:
    late_comers(stage, kind, another("late", "late@people.example"))
    odd = {"code": code, "message": "Something new."}
    stage.fault(operation="*_registrant*", kind="status", status=status, body=odd)

    if clicks:
        assert click(stage, "late").state is JoinState.JOIN
    stage.synchronise()

    assert stage.where_people_stand() == {"registered": 2}
    assert registering_calls(stage, kind) == 2


@kinds
def test_who_is_refused_twice_for_what_nobody_knows_is_not_tried_on_and_on(
    stage: Stage, kind: Kind
) -> None:
    late_comers(stage, kind, another("late", "late@people.example"))
    odd = {"code": 98_765, "message": "Something new."}
    stage.fault(operation="*_registrant*", kind="status", status=400, body=odd, times=None)

    assert click(stage, "late").state is JoinState.UNAVAILABLE
    stage.synchronise()

    assert told(stage, "late")[1] == "zoom_rejected"
    assert registering_calls(stage, kind) == 2


@kinds
@pytest.mark.parametrize("code", [98_765, 3000, 300])
def test_a_refusal_that_nobody_knows_of_everybody_is_the_event_s_problem(
    stage: Stage, kind: Kind, code: int
) -> None:
    for operation in REGISTERING[kind]:
        stage.fault(
            operation=operation,
            kind="status",
            status=400,
            body={"code": code, "message": "Something new."},
            times=None,
        )
    an_event_of(stage, kind, *some(30))

    stage.synchronise()

    problem = stage.event().sync.problem
    assert problem
    assert problem.code == "zoom_rejected"
    assert "Something new" in problem.message
    assert stage.where_people_stand() == {"failed": 30}
    assert "Something new" in told(stage, "u-29")[2]
    # All and three of them, in two rounds, and once more after some seconds.
    assert registering_calls(stage, kind) <= 3 * 4
    assert len(stage.open_meetings()) == 1

    stage.world.faults.clear()
    stage.events.request_sync("ev-1", stage.clock.now())
    stage.synchronise()
    stage.all_is_well(30)


@kinds
@pytest.mark.parametrize("older", [False, True])
def test_a_session_is_filled_up_and_who_is_left_out_hears_so(
    stage: Stage, kind: Kind, *, older: bool
) -> None:
    stage.seed(registrant_capacity=4, policy={"full_is_not_found": older})
    if kind is Kind.WEBINAR:
        stage.seed(users=[{"email": "wanda@acme.example", "webinar_capacity": 100}])
    count = 8 if kind is Kind.MEETING else 104
    room = 4 if kind is Kind.MEETING else 100
    an_event_of(stage, kind, *some(count))

    stage.synchronise()

    assert stage.where_people_stand() == {"registered": room, "failed": 4}
    left_out, _ = stage.enrollments.page_in_state("ev-1", EnrollmentState.FAILED, limit=9)
    assert {each.reason for each in left_out} == {"capacity_reached"}
    assert all("maximum attendee capacity" in (each.message or "") for each in left_out)
    assert len(stage.open_meetings()) == 1


@kinds
def test_a_click_where_no_place_is_left(stage: Stage, kind: Kind) -> None:
    late_comers(stage, kind, *some(1))
    stage.seed(registrant_capacity=1, policy={"full_is_not_found": True})
    session = next(iter(stage.world.sessions.values()))
    session.settings["registrants_restrict_number"] = 1

    assert click(stage, "u-0").reason == "capacity_reached"
    assert len(stage.open_meetings()) == 1
