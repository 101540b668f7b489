"""Whatever happens in whatever order, Zoom ends as the LMS wants it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lectern.domain.enrollment import Access, Person, Role
from lectern.domain.event import Host, Instructor, Status
from lectern.domain.meeting import Kind
from lectern_testing.builders import a_details, an_enrollment, an_event
from lectern_testing.stage import Stage, staged

USERS = ["ada", "bob", "cyd"]
FAULTS = ["rate_limit_second", "html_500", "cut_before", "cut_after", "expired_token"]
OPERATIONS = [
    *("create_meeting", "update_meeting", "delete_meeting"),
    *("batch_meeting_registrants", "add_meeting_registrant", "delete_meeting_registrant"),
    *("create_webinar", "update_webinar", "delete_webinar", "get_user_settings"),
    *("batch_webinar_registrants", "delete_webinar_registrant"),
    *("get_user", "add_panelists", "list_panelists", "delete_panelist"),
]
WANDA = Host(user_id="u-host", email="wanda@acme.example")
"""Hosts meetings and webinars."""
BO = Instructor(user_id="u-bo", email="bo@acme.example", name="Bo")
"""May be an alternative host; the users are in no Zoom account."""
IS_FUZZ = settings.get_current_profile_name() == "fuzz"
SEQUENCES = settings.get_profile("fuzz" if IS_FUZZ else "twelve")
"""The same twelve in each run of the tests; `make fuzz` has hundreds of others."""
Step = Callable[[Stage], None]


def change_title(title: str) -> Step:
    return lambda stage: _changed_details(stage, title=title)


def _changed_details(stage: Stage, **changes: Any) -> None:
    stage.change_details(**changes)


def change_kind(kind: Kind) -> Step:
    return lambda stage: _changed_details(stage, kind=kind)


def list_instructors(instructors: tuple[Instructor, ...]) -> Step:
    return lambda stage: _changed_details(stage, instructors=instructors)


def set_status(status: Status) -> Step:
    return lambda stage: _changed_event(stage, status=status)


def _changed_event(stage: Stage, **changes: Any) -> None:
    stage.change_event(**changes)


def set_enrollment(user: str, **changes: Any) -> Step:
    def step(stage: Stage) -> None:
        if stage.enrollments.get("ev-1", user) is None:
            stage.enrol(an_enrollment(user, now=stage.clock.now()))
        stage.change_enrollment(user, **changes)

    return step


def move(user: str) -> Step:
    return set_enrollment(user, person=Person(email=f"{user}.new@people.example", first_name="Kim"))


def inject(operation: str, kind: str) -> Step:
    return lambda stage: stage.fault(operation=operation, kind=kind)


def kill_after(effects: int) -> Step:
    def step(stage: Stage) -> None:
        stage.effects.clear()
        stage.kill_after = effects

    return step


def synchronise(stage: Stage) -> None:
    stage.clock.advance(timedelta(seconds=10))
    if stage.event().sync.is_due:
        assert stage.synchronise() == "SUCCEEDED"


STEPS = st.one_of(
    st.just(synchronise),
    st.builds(change_title, st.sampled_from(["One", "Two"])),
    st.builds(change_kind, st.sampled_from(Kind)),
    st.builds(set_status, st.sampled_from(Status)),
    st.builds(set_enrollment, st.sampled_from(USERS), removed=st.booleans()),
    st.builds(
        set_enrollment,
        st.sampled_from(USERS),
        access=st.builds(Access, granted=st.booleans()),
    ),
    st.builds(set_enrollment, st.sampled_from(USERS), role=st.sampled_from(Role)),
    st.builds(list_instructors, st.sampled_from([(), (BO,)])),
    # Each has addresses of their own; two with one address have tests of their own.
    st.builds(move, st.sampled_from(USERS)),
    st.builds(inject, st.sampled_from(OPERATIONS), st.sampled_from(FAULTS)),
    st.builds(kill_after, st.integers(1, 40)),
)


@settings(SEQUENCES)
@given(st.lists(STEPS, min_size=4, max_size=12))
def test_zoom_ends_as_the_lms_wants_it(steps: list[Step]) -> None:
    with staged() as stage:
        details = a_details(access_validation=True, host=WANDA)
        stage.events.create(an_event(now=stage.clock.now(), details=details))
        for step in [*steps, synchronise]:
            step(stage)

        event = stage.event()
        assert event.sync.state == "in_sync"
        wanted = _wanted(stage)
        if event.is_cancelled:
            assert stage.open_meetings() == {}
        else:
            assert len(stage.open_meetings()) == 1
            assert stage.zoom_meeting()["topic"] == event.details.title
            assert event.meeting is not None
            assert event.meeting.kind is event.details.kind
            is_webinar = event.details.kind is Kind.WEBINAR
            staff = {who for who in wanted if wanted[who] and (is_webinar or who == BO.email)}
            at_zoom = {email.casefold() for email in stage.registrants()}
            assert at_zoom == wanted.keys() - staff
            assert _staff_at_zoom(stage) == staff
        stage.where_people_stand()
        assert not [
            call
            for call in stage.world.calls.since(0)
            if call["status"] == 429 and not call["faults"]
        ]


def _wanted(stage: Stage) -> dict[str, bool]:
    """Who is to take part, by address: whether as an instructor."""
    people, _ = stage.enrollments.page("ev-1", limit=100)
    listed = {each.email: True for each in stage.event().details.instructors}
    return listed | {
        each.person.address: each.role is Role.INSTRUCTOR
        for each in people
        if each.is_enrolled and each.access.granted
    }


def _staff_at_zoom(stage: Stage) -> set[str]:
    """Panelists of the webinar, or alternative hosts of the meeting."""
    session = stage.zoom_meeting()
    hosts = session["settings"].get("alternative_hosts", "")
    panel = [each["email"].casefold() for each in session.get("panelists", [])]
    return {*panel, *filter(None, hosts.split(";"))}
