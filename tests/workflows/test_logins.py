"""A login looks that person up at Zoom, and nobody else."""

from __future__ import annotations

from lectern.domain.enrollment import Access
from lectern_testing.builders import an_enrollment
from lectern_testing.on_stage.logins import note_login
from lectern_testing.stage import Stage

KIM = "u-00000"
ADDRESS = f"{KIM}@people.example"


def log_in(stage: Stage, user_id: str = KIM) -> None:
    """What the API stores of a login, and the synchronisation that it asks for."""
    note_login(stage, user_id)
    assert stage.synchronise() == "SUCCEEDED"


def test_a_login_of_somebody_who_is_there_takes_one_call(stage: Stage) -> None:
    stage.synchronised_event(3)
    stage.forget_calls()
    log_in(stage)
    assert stage.calls() == {"get_meeting_registrant": 1}
    stage.forget_calls()
    stage.events.request_sync("ev-1", stage.clock.now())
    stage.synchronise()
    assert stage.calls() == {}, "it is done with"


def test_somebody_who_was_deleted_in_zoom_is_put_back(stage: Stage) -> None:
    stage.synchronised_event(3)
    stage.act(action="delete_registrant", email=ADDRESS)
    stage.forget_calls()
    log_in(stage)
    assert stage.calls() == {"get_meeting_registrant": 1, "add_meeting_registrant": 1}
    stage.all_is_well(3)


def test_somebody_who_was_denied_in_zoom_is_approved_again_with_the_same_link(
    stage: Stage,
) -> None:
    stage.synchronised_event(3)
    had = stage.enrollment(KIM).registration
    stage.act(action="deny_registrant", email=ADDRESS)
    stage.forget_calls()
    log_in(stage)
    assert stage.calls() == {"get_meeting_registrant": 1, "update_meeting_registrant_status": 1}
    assert stage.enrollment(KIM).registration == had
    stage.all_is_well(3)


def test_a_login_while_nobody_is_registered_registers(stage: Stage) -> None:
    stage.synchronised_event(1)
    stage.enrol(an_enrollment("late", access=Access()))
    log_in(stage, "late")
    assert len(stage.registrants()) == 2
    assert stage.enrollments.lookups.page("ev-1", limit=10) == []


def test_a_meeting_that_turns_out_to_be_gone_is_made_anew(stage: Stage) -> None:
    stage.synchronised_event(2)
    stage.delete_in_zoom()
    log_in(stage)
    stage.all_is_well(2)


def test_more_logins_than_a_task_takes_are_all_looked_up(stage: Stage) -> None:
    stage.synchronised_event(25)
    stage.forget_calls()
    note_login(stage, *(f"u-{n:05}" for n in range(25)))
    log_in(stage)
    assert stage.calls() == {"get_meeting_registrant": 25}
    assert stage.tasks["look_people_up"] == 2


def test_a_full_verification_makes_lookups_needless(stage: Stage) -> None:
    stage.synchronised_event(2)
    stage.forget_calls()
    note_login(stage, KIM)
    stage.events.request_sync("ev-1", stage.clock.now(), verify=True)
    stage.synchronise()
    assert stage.calls() == {"get_meeting": 1, "list_meeting_registrants": 1}
    assert stage.enrollments.lookups.page("ev-1", limit=10) == []


def test_a_missing_scope_leaves_the_lookup_asked_for(stage: Stage) -> None:
    stage.synchronised_event(2)
    stage.fault(operation="get_meeting_registrant", kind="missing_scope")
    log_in(stage)
    problem = stage.event().sync.problem
    assert problem
    assert problem.code == "zoom_scope_missing"
    stage.events.request_sync("ev-1", stage.clock.now())
    stage.synchronise()
    stage.all_is_well(2)
    assert stage.enrollments.lookups.page("ev-1", limit=10) == []
