"""What an event's meeting and its people need at Zoom, case by case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lectern.domain.enrollment import Access, Enrollment, EnrollmentState, Panelist, Person
from lectern.domain.event import Event, Host, Instructor, Options, Status, SyncRecord
from lectern.domain.meeting import Kind, MeetingIntent
from lectern.domain.people.given_up import attempt_key
from lectern.domain.people.instructors import MESSAGES, Means
from lectern.domain.planner import (
    MeetingAction,
    PersonAction,
    current_registration,
    meeting_spec,
    plan_meeting,
    plan_person,
    uses_zoom_emails,
    validates_access,
)
from lectern.domain.problems import EnrollmentProblem, enrollment_message
from lectern.domain.settings import AccessValidation, Emails, Settings
from lectern_testing.builders import a_details, a_meeting, a_registration, an_enrollment, an_event

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
SETTINGS = Settings()
NO_ACCESS = Access(granted=False)


def an_event_with_meeting(**changes: Any) -> Event:
    """An event whose meeting is open and as it should be."""
    details = changes.pop("details", a_details(starts_at=NOW + timedelta(days=7)))
    fields = {"details": details, "meeting": a_meeting(details)} | changes
    return an_event(now=NOW, **fields)


def registered(user_id: str = "kim", **changes: Any) -> Enrollment:
    """Someone who stands as registered, with a registrant in the event's meeting."""
    enrollment = an_enrollment(user_id, now=NOW)
    fields: dict[str, Any] = {
        "state": EnrollmentState.REGISTERED,
        "registration": a_registration(enrollment.person),
    }
    return enrollment.model_copy(update=fields | changes)


class TestMeeting:
    def test_a_new_event_needs_a_meeting(self) -> None:
        plan = plan_meeting(an_event(now=NOW), SETTINGS, NOW)

        assert plan.action is MeetingAction.CREATE
        assert not plan.retire
        assert plan.spec is not None
        assert plan.spec.topic == "Forklift safety"

    def test_a_meeting_as_it_should_be_needs_nothing(self) -> None:
        plan = plan_meeting(an_event_with_meeting(), SETTINGS, NOW)

        assert (plan.action, plan.fields) == (MeetingAction.NOTHING, frozenset())

    def test_a_new_meeting_is_read_back(self) -> None:
        details = a_details()
        event = an_event(details=details, meeting=a_meeting(details, read_back=False))

        assert plan_meeting(event, SETTINGS, NOW).action is MeetingAction.READ_BACK

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"title": "Other"}, "topic"),
            ({"description": ""}, "agenda"),
            ({"duration_minutes": 5}, "duration_minutes"),
            ({"starts_at": NOW + timedelta(days=8)}, "starts_at"),
            ({"timezone": "UTC"}, "timezone"),
            ({"options": Options(passcode="other")}, "passcode"),
            ({"options": Options(waiting_room=True)}, "waiting_room"),
            ({"options": Options(join_before_host=True)}, "join_before_host"),
            ({"options": Options(zoom_emails=True)}, "zoom_emails"),
        ],
    )
    def test_a_change_updates_just_what_changed(self, change: dict[str, Any], field: str) -> None:
        event = an_event_with_meeting()
        changed = event.model_copy(update={"details": event.details.model_copy(update=change)})

        plan = plan_meeting(changed, SETTINGS, NOW)

        assert (plan.action, plan.fields) == (MeetingAction.UPDATE, frozenset({field}))

    @pytest.mark.parametrize("drifted", [{"approval_type": 0}, {"use_pmi": True}])
    def test_registration_that_was_switched_off_is_switched_on(
        self, drifted: dict[str, Any]
    ) -> None:
        event = an_event_with_meeting()
        assert event.meeting is not None
        spec = event.meeting.spec.model_copy(update=drifted)
        meeting = event.meeting.model_copy(update={"spec": spec})

        plan = plan_meeting(event.model_copy(update={"meeting": meeting}), SETTINGS, NOW)

        assert (plan.action, plan.fields) == (MeetingAction.UPDATE, frozenset(drifted))

    def test_a_start_that_has_passed_is_not_asked_for(self) -> None:
        event = an_event_with_meeting()
        past = event.details.model_copy(
            update={"starts_at": NOW - timedelta(minutes=1), "timezone": "UTC"}
        )
        moved = event.model_copy(update={"details": past})

        assert plan_meeting(moved, SETTINGS, NOW).action is MeetingAction.NOTHING

    @pytest.mark.parametrize(
        "change",
        [
            {"host": Host(user_id="u-bo", email="bo@acme.example")},
            {"kind": Kind.WEBINAR},
            {"connection": "other"},
        ],
    )
    def test_a_meeting_of_another_host_kind_or_account_is_replaced(
        self, change: dict[str, Any]
    ) -> None:
        event = an_event_with_meeting()
        changed = event.model_copy(update={"details": event.details.model_copy(update=change)})

        plan = plan_meeting(changed, SETTINGS, NOW)

        assert (plan.action, plan.retire) == (MeetingAction.CREATE, True)

    def test_the_case_of_the_hosts_address_makes_no_difference(self) -> None:
        event = an_event_with_meeting()
        host = Host(user_id="u-host", email=event.details.host.email.upper())
        same = event.model_copy(update={"details": event.details.model_copy(update={"host": host})})

        assert plan_meeting(same, SETTINGS, NOW).action is MeetingAction.NOTHING

    @pytest.mark.parametrize("what", ["meeting", "retired", "intent"])
    def test_whatever_is_left_of_a_cancelled_event_is_deleted(self, what: str) -> None:
        meeting = a_meeting(a_details())
        intent = MeetingIntent(
            connection="default",
            kind=Kind.MEETING,
            host_id="h",
            host_email="h@x",
            spec=meeting.spec,
            begun_at=NOW,
        )
        left: Any = {"meeting": meeting, "retired": (meeting,), "intent": intent}[what]

        event = an_event(status=Status.CANCELLED, **{what: left})

        assert plan_meeting(event, SETTINGS, NOW).action is MeetingAction.DELETE

    def test_a_cancelled_event_without_a_meeting_needs_nothing(self) -> None:
        event = an_event(status=Status.CANCELLED)

        assert plan_meeting(event, SETTINGS, NOW).action is MeetingAction.NOTHING


class TestSpec:
    def test_a_passcode_of_the_lms_goes_before_the_one_at_hand(self) -> None:
        chosen = a_details(options=Options(passcode="chosen"))

        assert meeting_spec(chosen, SETTINGS, "random").passcode == "chosen"
        assert meeting_spec(a_details(), SETTINGS, "random").passcode == "random"

    def test_a_waiting_room_goes_before_joining_before_the_host(self) -> None:
        both = a_details(options=Options(waiting_room=True, join_before_host=True))

        assert not meeting_spec(both, SETTINGS, "").join_before_host

    @pytest.mark.parametrize(
        ("own", "general", "expected"),
        [(None, False, False), (None, True, True), (False, True, False), (True, False, True)],
    )
    def test_an_events_own_choice_goes_before_the_settings(
        self, *, own: bool | None, general: bool, expected: bool
    ) -> None:
        settings = Settings(
            emails=Emails(zoom_emails=general), access_validation=AccessValidation(enabled=general)
        )
        details = a_details(access_validation=own, options=Options(zoom_emails=own))

        assert uses_zoom_emails(details, settings) is expected
        assert validates_access(details, settings) is expected
        assert meeting_spec(details, settings, "").zoom_emails is expected


class TestPerson:
    def test_someone_who_is_wanted_is_registered(self) -> None:
        plan = plan_person(an_enrollment("kim"), an_event_with_meeting(), SETTINGS)

        assert plan.registers
        assert not plan.removes

    def test_someone_who_is_registered_needs_nothing(self) -> None:
        plan = plan_person(registered(), an_event_with_meeting(), SETTINGS)

        assert plan.action is PersonAction.NOTHING

    def test_someone_without_a_link_stays_pending(self) -> None:
        enrollment = an_enrollment("kim")
        linkless = enrollment.model_copy(
            update={"registration": a_registration(enrollment.person, join_url=None)}
        )

        plan = plan_person(linkless, an_event_with_meeting(), SETTINGS)

        assert (plan.action, plan.state) == (PersonAction.NOTHING, EnrollmentState.PENDING)

    def test_a_link_that_came_is_noted(self) -> None:
        plan = plan_person(
            registered(state=EnrollmentState.PENDING), an_event_with_meeting(), SETTINGS
        )

        assert (plan.action, plan.state) == (PersonAction.NOTE, EnrollmentState.REGISTERED)

    def test_a_corrected_person_is_registered_anew(self) -> None:
        corrected = registered(person=Person(email="new@people.example", first_name="Kim"))

        plan = plan_person(corrected, an_event_with_meeting(), SETTINGS)

        assert plan.action is PersonAction.REPLACE
        assert plan.removes
        assert plan.registers

    def test_a_registrant_of_a_former_meeting_is_none(self) -> None:
        event = an_event_with_meeting()
        former = registered()
        assert former.registration is not None
        moved = former.model_copy(
            update={"registration": former.registration.model_copy(update={"zoom_id": "1"})}
        )

        assert current_registration(moved, event) is None
        assert plan_person(moved, event, SETTINGS).action is PersonAction.REGISTER

    @pytest.mark.parametrize(
        ("enrollment", "event", "state", "reason"),
        [
            (registered(removed=True), an_event_with_meeting(), EnrollmentState.REMOVED, None),
            (
                registered(access=NO_ACCESS),
                an_event_with_meeting(details=a_details(access_validation=True)),
                EnrollmentState.BLOCKED,
                EnrollmentProblem.REQUIREMENTS_NOT_MET,
            ),
            (registered("u-host"), an_event_with_meeting(), EnrollmentState.REGISTERED, None),
            (
                registered(),
                an_event_with_meeting(status=Status.CANCELLED),
                EnrollmentState.PENDING,
                EnrollmentProblem.EVENT_NOT_READY,
            ),
        ],
        ids=["removed", "without access", "host", "cancelled"],
    )
    def test_whoever_should_not_be_a_registrant_is_removed_and_noted_once(
        self,
        enrollment: Enrollment,
        event: Event,
        state: EnrollmentState,
        reason: EnrollmentProblem | None,
    ) -> None:
        plan = plan_person(enrollment, event, SETTINGS)
        assert (plan.action, plan.state, plan.reason) == (PersonAction.REMOVE, state, reason)
        assert plan.removes
        assert not plan.registers

        gone = enrollment.model_copy(update={"registration": None, "state": EnrollmentState.FAILED})
        assert plan_person(gone, event, SETTINGS).action is PersonAction.NOTE

        stand = {"state": state, "reason": reason}
        told = {"message": plan.message or (enrollment_message(reason) if reason else None)}
        noted = gone.model_copy(update=stand | told)
        assert plan_person(noted, event, SETTINGS).action is PersonAction.NOTHING

    def test_the_host_is_told_so(self) -> None:
        plan = plan_person(an_enrollment("u-host"), an_event(), SETTINGS)

        assert plan.message == MESSAGES[Means.HOST]

    def test_withheld_access_counts_only_where_it_is_validated(self) -> None:
        plan = plan_person(
            an_enrollment("kim", access=NO_ACCESS), an_event_with_meeting(), SETTINGS
        )

        assert plan.action is PersonAction.REGISTER

    def test_nobody_is_registered_before_the_meeting_is_known_to_be_open(self) -> None:
        details = a_details()
        unread = an_event(details=details, meeting=a_meeting(details, read_back=False))

        for event in (an_event(), unread):
            plan = plan_person(an_enrollment("kim"), event, SETTINGS)
            assert (plan.action, plan.reason) == (
                PersonAction.NOTE,
                EnrollmentProblem.EVENT_NOT_READY,
            )

    def test_who_is_registered_stays_while_the_meeting_is_looked_at_again(self) -> None:
        details = a_details()
        unread = an_event(details=details, meeting=a_meeting(details, read_back=False))

        assert plan_person(registered(), unread, SETTINGS).action is PersonAction.NOTHING

    def test_what_failed_for_good_is_tried_again_in_another_round_or_meeting(self) -> None:
        event = an_event_with_meeting()
        failed = an_enrollment(
            "kim",
            state=EnrollmentState.FAILED,
            reason=EnrollmentProblem.REJECTED,
            message="No.",
            failed_for=attempt_key(event),
        )
        plan = plan_person(failed, event, SETTINGS)
        assert plan.action is PersonAction.NOTHING
        assert (plan.state, plan.message) == (EnrollmentState.FAILED, "No.")

        next_round = event.sync.model_copy(update={"retry_round": 1})
        other_meeting = a_meeting(event.details, zoom_id="4711")
        for change in ({"sync": next_round}, {"meeting": other_meeting}):
            changed = event.model_copy(update=change)
            assert plan_person(failed, changed, SETTINGS).action is PersonAction.REGISTER

    def test_without_a_meeting_an_attempt_has_a_name_too(self) -> None:
        event = an_event(sync=SyncRecord(requested_at=NOW, retry_round=3))

        assert attempt_key(event) == "#3"


def test_a_former_panelist_of_whom_zoom_was_not_asked_yet_is_in_no_place() -> None:
    """A webinar that somebody converts in Zoom is a meeting with the same id."""
    kim = an_enrollment("kim")
    listed = Instructor(user_id="kim", email=kim.person.email, name="Kim")
    event = an_event_with_meeting(details=a_details(instructors=(listed,)))
    assert event.meeting
    panelist = Panelist(
        zoom_id=event.meeting.zoom_id, panelist_id="p-1", join_url=None, person=kim.person
    )

    plan = plan_person(kim.model_copy(update={"panelist": panelist}), event, Settings())

    assert not plan.registers
    assert plan.state is EnrollmentState.PENDING
