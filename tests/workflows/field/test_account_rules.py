"""The account has rules of its own: they are kept, told, or found out, and never fought over."""

from __future__ import annotations

from typing import Any

import pytest

from lectern.domain.event import Event
from lectern.domain.meeting import Kind
from lectern.domain.notes import notes_of
from lectern.domain.notifications import NotificationType, of_event
from lectern_testing.builders import an_event
from lectern_testing.on_stage.either_kind import (
    KINDS,
    brought_in_line,
    event_of_kind,
    host_policy,
    look_again,
    pass_days,
    problem_of,
)
from lectern_testing.on_stage.webhook_line import watched_event
from lectern_testing.stage import Stage

PASSCODE_RULES: list[dict[str, Any]] = [
    {"only_allow_numeric": True},
    {"length": 10},
    {"have_special_character": True},
    {"have_upper_and_lower_characters": True, "have_number": True},
    {"only_allow_numeric": True, "consecutive_characters_length": 4},
]


def notes(stage: Stage) -> dict[str, str]:
    return {note.code: note.message for note in notes_of(stage.event())}


def drifts_told(before: Event, after: Event) -> list[str]:
    news = of_event(before, after)
    return [str(each.message) for each in news if each.type is NotificationType.EVENT_DRIFTED]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("told", ["told", "left_out", "refused"])
@pytest.mark.parametrize("rule", PASSCODE_RULES, ids=[" ".join(each) for each in PASSCODE_RULES])
def test_a_passcode_that_lectern_chooses_fits_the_rule_of_the_account(
    stage: Stage, kind: Kind, told: str, rule: dict[str, Any]
) -> None:
    host_policy(stage, kind, passcode=rule, passcode_told=told)

    brought_in_line(stage, kind)

    assert stage.zoom_meeting()["password"] == stage.event().meeting.spec.passcode  # type: ignore[union-attr]


def test_a_rule_that_was_found_out_spares_the_next_event_the_refusal(stage: Stage) -> None:
    host_policy(stage, passcode={"only_allow_numeric": True})
    brought_in_line(stage)
    first = stage.event()

    stage.events.create(an_event("ev-2", now=stage.clock.now(), details=first.details))
    assert stage.synchronise("ev-2") == "SUCCEEDED"

    assert stage.calls()["create_meeting"] == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("told", "says"), [("told", "nothing but digits"), ("left_out", "code 300")]
)
def test_a_passcode_of_the_lms_that_does_not_fit_is_told_with_the_rule(
    stage: Stage, kind: Kind, told: str, says: str
) -> None:
    host_policy(stage, kind, passcode={"only_allow_numeric": True}, passcode_told=told)
    event_of_kind(stage, kind, options={"passcode": "secret"})

    assert stage.synchronise() == "SUCCEEDED"

    assert problem_of(stage).code == "passcode_refused"
    assert says in problem_of(stage).message
    assert stage.calls()[f"create_{kind}"] == 1


def test_a_changed_passcode_that_is_refused_holds_up_nothing_else(stage: Stage) -> None:
    brought_in_line(stage)
    host_policy(stage, passcode={"have_number": True})
    options = stage.event().details.options.model_copy(update={"passcode": "letters"})

    stage.change_details(title="Fire safety", options=options)
    assert stage.synchronise() == "SUCCEEDED"

    assert problem_of(stage).code == "passcode_refused"
    assert stage.zoom_meeting()["topic"] == "Fire safety"


LOCKS: list[tuple[Kind, dict[str, Any], dict[str, Any], str]] = [
    (Kind.MEETING, {"waiting_room": True}, {}, "waiting_room is true"),
    (Kind.MEETING, {"auto_recording": "cloud"}, {}, 'auto_recording is "cloud"'),
    (Kind.MEETING, {"mute_upon_entry": False}, {}, "mute_upon_entry is false"),
    (Kind.MEETING, {"join_before_host": False}, {"join_before_host": True}, "join_before_host"),
    (Kind.MEETING, {"registrants_confirmation_email": True}, {}, "zoom_emails is true"),
    (Kind.WEBINAR, {"auto_recording": "local"}, {}, 'auto_recording is "local"'),
    (Kind.WEBINAR, {"meeting_authentication": True}, {}, "require_sign_in is true"),
]


@pytest.mark.parametrize(("kind", "lock", "options", "says"), LOCKS)
def test_a_locked_setting_is_a_note_and_left_alone(
    stage: Stage, kind: Kind, lock: dict[str, Any], options: dict[str, Any], says: str
) -> None:
    host_policy(stage, kind, locked=lock, zoom_accounts=None)
    event_of_kind(stage, kind, options=options)
    before = stage.event()

    assert stage.synchronise() == "SUCCEEDED"

    assert stage.event().sync.state == "in_sync"
    assert says in notes(stage)["setting_locked_in_zoom"]
    assert drifts_told(before, stage.event()) == []
    assert stage.calls()[f"update_{kind}"] == 1
    stage.forget_calls()
    for _ in range(3):
        pass_days(stage, 1)
        look_again(stage)
    assert stage.calls()[f"update_{kind}"] == 0


def test_a_setting_that_is_locked_later_is_nobodys_edit(stage: Stage) -> None:
    line = watched_event(stage)
    before = stage.event()
    host_policy(stage, locked={"waiting_room": True})

    look_again(stage)
    line.settle()

    assert stage.event().sync.state == "in_sync"
    assert "setting_locked_in_zoom" in notes(stage)
    assert drifts_told(before, stage.event()) == []
    assert stage.calls()["update_meeting"] == 1


def test_once_unlocked_the_setting_is_put_right_after_a_week_or_when_the_lms_changes_it(
    stage: Stage,
) -> None:
    host_policy(stage, locked={"waiting_room": True})
    event_of_kind(stage)
    stage.synchronise()
    host_policy(stage)

    pass_days(stage, 6)
    look_again(stage)
    assert stage.zoom_meeting()["settings"]["waiting_room"] is True
    pass_days(stage, 1)
    look_again(stage)

    assert stage.zoom_meeting()["settings"]["waiting_room"] is False
    assert notes(stage) == {}


@pytest.mark.parametrize("kind", KINDS)
def test_registration_that_is_locked_off_names_both_possible_causes(
    stage: Stage, kind: Kind
) -> None:
    host_policy(stage, kind, locked={"approval_type": 2})
    event_of_kind(stage, kind)

    assert stage.synchronise() == "SUCCEEDED"

    problem = problem_of(stage)
    assert problem.code == "registration_off"
    assert "Account Settings" in problem.remedy
    assert "licence" in problem.remedy
    assert "registered" not in stage.where_people_stand()

    host_policy(stage, kind)
    look_again(stage)
    stage.all_is_well(2)


def test_registration_that_a_basic_host_cannot_have_is_a_matter_of_the_licence(
    stage: Stage,
) -> None:
    host_policy(stage, locked={"approval_type": 2})
    event_of_kind(stage)

    def downgrade(payload: dict[str, Any]) -> None:
        if payload["task"] == "ensure_meeting":
            stage.after_effect = lambda effect: (
                stage.seed(users=[{"email": "anna@acme.example", "type": 1}])
                if effect.startswith("PATCH")
                else None
            )

    stage.before_task = downgrade
    stage.synchronise()

    assert problem_of(stage).code == "host_not_licensed"


@pytest.mark.parametrize("kind", KINDS)
def test_a_host_of_another_account_is_not_in_zoom(stage: Stage, kind: Kind) -> None:
    event_of_kind(stage, kind)
    stage.fault(
        kind="status",
        operation=f"create_{kind}",
        status=400,
        body={"code": 1010, "message": "User not belong to this account."},
        times=None,
    )

    stage.synchronise()

    assert problem_of(stage).code == "host_not_in_zoom"


REFUSALS: list[dict[str, Any]] = [
    {
        "code": 300,
        "message": "Validation Failed.",
        "errors": [{"field": "settings.x", "message": "Not for this account."}],
    },
    {"code": 98_765, "message": "Validation Failed. settings.x: Not for this account."},
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body", REFUSALS, ids=["fields", "unknown code"])
@pytest.mark.parametrize("operation", ["create", "update"])
def test_what_zoom_says_of_a_refusal_stands_on_the_event(
    stage: Stage, kind: Kind, body: dict[str, Any], operation: str
) -> None:
    if operation == "update":
        brought_in_line(stage, kind)
        stage.change_details(title="Fire safety")
    else:
        event_of_kind(stage, kind)
    stage.fault(kind="status", operation=f"{operation}_{kind}", status=400, body=body, times=None)

    assert stage.synchronise() == "SUCCEEDED"

    problem = problem_of(stage)
    assert problem.code == "zoom_rejected"
    assert "settings.x: Not for this account" in problem.message
    assert str(body["code"]) in problem.message
    # Once more within a minute, since it may have been one odd answer; then it is left.
    assert stage.calls()[f"{operation}_{kind}"] == 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body", ["<e><m>Not this way</m></e>", "Not this way"])
def test_a_refusal_in_another_form_is_told_in_what_words_there_are(
    stage: Stage, kind: Kind, body: str
) -> None:
    event_of_kind(stage, kind)
    stage.fault(kind="status", operation=f"create_{kind}", status=400, body=body, times=None)

    stage.synchronise()

    assert problem_of(stage).code == "zoom_rejected"
    assert "Not this way" in problem_of(stage).message
    # Once more within a minute, since it may have been one odd answer; then it is left.
    assert stage.calls()[f"create_{kind}"] == 2
