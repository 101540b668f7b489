"""A webinar is made, filled and kept as a meeting is, where its host has webinars."""

from __future__ import annotations

from typing import Any

import pytest

from lectern.domain.enrollment import Person
from lectern.domain.event import Host, Options, Status
from lectern.domain.meeting import Kind, Meeting
from lectern_testing.builders import a_details, an_enrollment, an_event
from lectern_testing.stage import Stage

WANDA = Host(user_id="u-wanda", email="wanda@acme.example")
WILMA = Host(user_id="u-wilma", email="wilma@acme.example")
ANNA = Host(user_id="u-host", email="anna@acme.example")


def meeting_of(stage: Stage) -> Meeting:
    """The ledger of the event's webinar."""
    meeting = stage.event().meeting
    assert meeting is not None
    return meeting


def link_of(stage: Stage, user: str) -> str | None:
    """The link of somebody who is registered."""
    registration = stage.enrollment(user).registration
    assert registration is not None
    return registration.join_url


def webinar_with_people(stage: Stage, count: int, host: Host = WANDA, **changes: Any) -> None:
    """A webinar with people, not synchronised yet."""
    details = a_details(kind=Kind.WEBINAR, host=host, **changes)
    stage.events.create(an_event(now=stage.clock.now(), details=details))
    if count:
        stage.enrol(*(an_enrollment(f"u-{n:05}", now=stage.clock.now()) for n in range(count)))


def synchronised_webinar(stage: Stage, count: int, **changes: Any) -> None:
    """A webinar with people, synchronised, with the calls not counted."""
    webinar_with_people(stage, count, **changes)
    assert stage.synchronise() == "SUCCEEDED"
    stage.all_is_well(count)
    stage.forget_calls()


def asked(stage: Stage, **how: Any) -> None:
    """A synchronisation that is asked for without a change, and done."""
    stage.events.request_sync("ev-1", stage.clock.now(), **how)
    assert stage.synchronise() == "SUCCEEDED"


def problem_of(stage: Stage) -> str | None:
    problem = stage.event().sync.problem
    return problem.code if problem else None


def test_a_webinar_with_forty_people_takes_one_call_more_than_a_meeting(stage: Stage) -> None:
    webinar_with_people(stage, 40)

    stage.synchronise()

    stage.all_is_well(40)
    assert stage.calls() == {
        "get_user": 1,
        "get_user_settings": 1,
        "create_webinar": 1,
        "get_webinar": 1,
        "batch_webinar_registrants": 2,
    }
    assert stage.zoom_meeting()["type"] == 5
    assert all(link_of(stage, f"u-{n:05}") for n in range(40))


def test_what_a_host_has_is_not_asked_for_each_event(stage: Stage) -> None:
    synchronised_webinar(stage, 1)
    details = a_details(kind=Kind.WEBINAR, host=WANDA, title="Another")

    stage.events.create(an_event("ev-2", now=stage.clock.now(), details=details))
    stage.synchronise("ev-2")

    assert stage.calls() == {"get_user": 1, "create_webinar": 1, "get_webinar": 1}


def test_a_webinar_as_it_should_be_needs_no_call(stage: Stage) -> None:
    synchronised_webinar(stage, 40)

    asked(stage)

    assert stage.calls() == {}
    assert stage.event().sync.state == "in_sync"


def test_a_verification_reads_webinar_people_and_licence_and_writes_nothing(stage: Stage) -> None:
    synchronised_webinar(stage, 40)

    asked(stage, verify=True)

    assert stage.calls() == {
        "get_webinar": 1,
        "list_webinar_registrants": 1,
        "get_user_settings": 1,
    }
    assert stage.event().sync.state == "in_sync"


def test_one_person_is_registered_and_approved_in_a_batch_of_one(stage: Stage) -> None:
    synchronised_webinar(stage, 3)

    stage.enrol(an_enrollment("late"))
    stage.synchronise()

    assert stage.calls() == {"batch_webinar_registrants": 1}
    assert "late@people.example" in stage.registrants()
    assert stage.enrollment("late").state == "registered"


def test_who_is_refused_holds_up_nobody_else(stage: Stage) -> None:
    bad = Person(email="not an address", first_name="Bad")
    webinar_with_people(stage, 3)
    stage.enrol(an_enrollment("bad", person=bad))

    stage.synchronise()

    assert stage.enrollment("bad").reason == "invalid_email"
    assert stage.where_people_stand() == {"registered": 3, "failed": 1}


def test_removal_change_and_cancellation_are_one_call_each(stage: Stage) -> None:
    synchronised_webinar(stage, 3)
    before = meeting_of(stage)

    stage.change_enrollment("u-00001", removed=True)
    stage.synchronise()
    assert stage.calls() == {"delete_webinar_registrant": 1}

    stage.forget_calls()
    stage.change_details(title="Forklift safety II")
    stage.synchronise()
    assert stage.calls() == {"update_webinar": 1}
    assert meeting_of(stage).zoom_id == before.zoom_id
    assert stage.zoom_meeting()["topic"] == "Forklift safety II"

    stage.forget_calls()
    stage.change_event(status=Status.CANCELLED)
    stage.synchronise()
    assert stage.calls() == {"delete_webinar": 1}
    assert stage.open_meetings() == {}


@pytest.mark.parametrize("wanted", [True, False])
def test_zooms_emails_are_all_on_or_all_off(stage: Stage, *, wanted: bool) -> None:
    synchronised_webinar(stage, 1, options=Options(zoom_emails=wanted))

    settings = stage.zoom_meeting()["settings"]

    assert settings["approval_type"] == 1
    for switch in (
        "registrants_email_notification",
        "registrants_confirmation_email",
        "panelists_invitation_email_notification",
    ):
        assert settings[switch] is wanted
    for switch in (
        "attendees_and_panelists_reminder_email_notification",
        "follow_up_attendees_email_notification",
        "follow_up_absentees_email_notification",
    ):
        assert settings[switch]["enable"] is wanted


@pytest.mark.parametrize(("first", "then"), [(Kind.MEETING, Kind.WEBINAR), tuple(Kind)[::-1]])
def test_a_change_of_kind_replaces_with_everyone_in_it(
    stage: Stage, first: Kind, then: Kind
) -> None:
    webinar_with_people(stage, 3)
    stage.change_details(kind=first)
    stage.synchronise()
    former, link = meeting_of(stage), link_of(stage, "u-00000")

    stage.change_details(kind=then)
    stage.synchronise()

    stage.all_is_well(3)
    assert meeting_of(stage).kind == then
    assert list(stage.open_meetings()) == [meeting_of(stage).zoom_id]
    assert meeting_of(stage).zoom_id != former.zoom_id
    assert link_of(stage, "u-00000") != link


def test_a_webinar_whose_answer_was_lost_is_found_and_not_made_twice(stage: Stage) -> None:
    webinar_with_people(stage, 2)
    stage.fault(operation="create_webinar", kind="cut_after")

    stage.synchronise()

    stage.all_is_well(2)
    assert stage.calls()["create_webinar"] == 1
    assert stage.calls()["list_webinars"] == 1


@pytest.mark.parametrize("kind", Kind)
def test_what_was_converted_in_zoom_is_replaced_and_deleted(stage: Stage, kind: Kind) -> None:
    webinar_with_people(stage, 2)
    stage.change_details(kind=kind)
    stage.synchronise()
    former = meeting_of(stage).zoom_id
    other = Kind.WEBINAR if kind is Kind.MEETING else Kind.MEETING

    stage.act(action=f"convert_to_{other}")
    asked(stage, verify=True)

    stage.all_is_well(2)
    assert meeting_of(stage).zoom_id != former
    assert meeting_of(stage).kind == kind


class TestLicence:
    @pytest.mark.parametrize("people", [0, 2])
    def test_a_host_without_webinars_is_a_problem_that_heals_by_itself(
        self, stage: Stage, people: int
    ) -> None:
        webinar_with_people(stage, people, host=ANNA)
        stage.synchronise()
        assert stage.event().sync.state == "failed"
        assert problem_of(stage) == "webinar_not_licensed"
        assert stage.open_meetings() == {}

        stage.seed(users=[{"email": ANNA.email, "webinar_capacity": 100}])
        assert stage.sweep()["restarted"] == 1
        stage.synchronise()

        assert stage.event().sync.state == "in_sync"
        assert len(stage.registrants()) == people

    def test_what_zoom_refused_for_want_of_it_waits_until_it_is_back(self, stage: Stage) -> None:
        synchronised_webinar(stage, 2)
        stage.seed(users=[{"email": WANDA.email, "webinar_capacity": 0}])
        stage.change_details(title="Other")
        stage.synchronise()
        assert problem_of(stage) == "webinar_not_licensed"

        stage.forget_calls()
        asked(stage)
        assert stage.calls() == {"get_user_settings": 1}

        stage.seed(users=[{"email": WANDA.email, "webinar_capacity": 500}])
        asked(stage)
        stage.all_is_well(2)
        assert stage.zoom_meeting()["topic"] == "Other"

    def test_who_cannot_be_removed_without_it_is_removed_once_it_is_back(
        self, stage: Stage
    ) -> None:
        synchronised_webinar(stage, 3)
        stage.seed(users=[{"email": WANDA.email, "webinar_capacity": 0}])
        stage.change_enrollment("u-00001", removed=True)

        assert stage.synchronise() == "SUCCEEDED"
        assert problem_of(stage) == "webinar_not_licensed"
        assert stage.calls()["delete_webinar_registrant"] == 1

        stage.seed(users=[{"email": WANDA.email, "webinar_capacity": 500}])
        asked(stage)
        assert stage.where_people_stand() == {"registered": 2, "removed": 1}
        assert problem_of(stage) is None

    def test_an_account_without_webinars_is_a_problem(self, stage: Stage) -> None:
        stage.seed(licences={"webinars": {}})
        webinar_with_people(stage, 1)

        stage.synchronise()

        assert problem_of(stage) == "webinar_not_licensed"
        assert stage.calls()["create_webinar"] == 0

    def test_a_licence_that_was_taken_is_found_before_the_start_and_heals(
        self, stage: Stage
    ) -> None:
        synchronised_webinar(stage, 2)
        stage.seed(users=[{"email": WANDA.email, "webinar_capacity": 0}])

        asked(stage, verify=True)
        assert problem_of(stage) == "webinar_not_licensed"
        asked(stage)
        assert problem_of(stage) == "webinar_not_licensed"

        stage.seed(users=[{"email": WANDA.email, "webinar_capacity": 500}])
        asked(stage)
        stage.all_is_well(2)


class TestCapacity:
    HOLDS = 3

    @pytest.fixture(autouse=True)
    def small_licence(self, stage: Stage) -> None:
        """Zoom sells none that is so small; the rules are the same, and the tests are shorter."""
        self.give(stage, self.HOLDS)

    def give(self, stage: Stage, capacity: int) -> None:
        host = stage.world.find_user_with_email(WILMA.email)
        assert host is not None
        host.webinar_capacity = capacity

    def test_who_comes_first_is_in_and_the_event_says_what_to_do(self, stage: Stage) -> None:
        webinar_with_people(stage, 5, host=WILMA)

        stage.synchronise()

        assert stage.where_people_stand() == {"registered": 3, "failed": 2}
        assert [stage.enrollment(f"u-0000{n}").state for n in range(5)] == [
            *["registered"] * 3,
            *["failed"] * 2,
        ]
        assert stage.enrollment("u-00004").reason == "capacity_reached"
        assert stage.event().sync.state == "failed"
        assert problem_of(stage) == "capacity_reached"
        problem = stage.event().sync.problem
        assert problem is not None
        assert problem.message.endswith("They hold 3.")

    def test_a_full_webinar_is_not_filled_again_and_again(self, stage: Stage) -> None:
        webinar_with_people(stage, 5, host=WILMA)
        stage.synchronise()
        stage.forget_calls()

        asked(stage)

        assert set(stage.calls()) == {"get_user_settings"}
        assert problem_of(stage) == "capacity_reached"

    def test_a_larger_licence_lets_in_who_was_left_out(self, stage: Stage) -> None:
        webinar_with_people(stage, 5, host=WILMA)
        stage.synchronise()

        self.give(stage, 5)
        assert stage.sweep()["restarted"] == 1
        stage.synchronise()

        stage.all_is_well(5)

    def test_it_is_looked_at_when_the_roster_grows_past_it(self, stage: Stage) -> None:
        synchronised_webinar(stage, 2, host=WILMA)

        stage.enrol(*(an_enrollment(f"late-{n}") for n in range(3)))
        stage.synchronise()

        assert problem_of(stage) == "capacity_reached"
        assert stage.where_people_stand() == {"registered": 3, "failed": 2}

    def test_who_leaves_makes_room_and_the_problem_goes(self, stage: Stage) -> None:
        webinar_with_people(stage, 5, host=WILMA)
        stage.synchronise()

        stage.change_enrollment("u-00000", removed=True)
        stage.change_enrollment("u-00001", removed=True)
        stage.synchronise()

        assert stage.where_people_stand() == {"registered": 3, "removed": 2}
        assert problem_of(stage) is None
        assert stage.event().sync.state == "in_sync"
