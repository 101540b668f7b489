"""By what means somebody takes part: every kind of event, setting, person and Zoom user."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from lectern.domain.enrollment import Access, Enrollment, Panelist, Person, Role, ZoomUserSeen
from lectern.domain.event import Event, Instructor
from lectern.domain.join.decision import JoinRole, JoinState, JoinStep, decide
from lectern.domain.meeting import Kind
from lectern.domain.people.instructors import LOOK_LASTS, Means, means_of, message_of, needs_look
from lectern.domain.planner import PersonAction, plan_person, takes_panelist
from lectern.domain.settings import AccessValidation, HostRules, InstructorsAs, Settings
from lectern_testing.builders import (
    HOST_EMAIL,
    ZOOM_ID,
    a_details,
    a_meeting,
    a_registration,
    an_enrollment,
    an_event,
)

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
BO = Person(email="bo@acme.example", first_name="Bo", last_name="Lund")
LISTED = Instructor(user_id="u-bo", email="elsewhere@acme.example", name="Bo")


def seen(address: str = BO.email, **facts: Any) -> ZoomUserSeen:
    return ZoomUserSeen(**{"address": address, "is_able": True, "seen_at": NOW} | facts)


USERS = {
    "not looked up": None,
    "licensed": seen(),
    "without a licence": seen(is_able=False),
    "refused": seen(is_able=False, refused=True),
    "of a former address": seen("old@acme.example"),
}
PEOPLE: dict[str, dict[str, Any]] = {
    "the host": {"person": Person(email=HOST_EMAIL.upper(), first_name="Anna")},
    "a participant": {},
    "listed": {"listed": True},
    "listed alone": {"listed": True, "enrolled": False, "role": Role.INSTRUCTOR},
    "enrolled as instructor": {"role": Role.INSTRUCTOR},
}
OF_MEETING = {
    InstructorsAs.PARTICIPANTS: dict.fromkeys(USERS, Means.PARTICIPANT),
    InstructorsAs.ALTERNATIVE_HOSTS: {
        "not looked up": Means.UNDECIDED,
        "licensed": Means.ALTERNATIVE_HOST,
        "without a licence": Means.PARTICIPANT,
        "refused": Means.PARTICIPANT,
        "of a former address": Means.UNDECIDED,
    },
}
OF_MEETING[InstructorsAs.ASSISTANTS] = OF_MEETING[InstructorsAs.ALTERNATIVE_HOSTS] | {
    "licensed": Means.ASSISTANT
}


def an_event_of(kind: Kind = Kind.MEETING, *, listed: bool = False, **changes: Any) -> Event:
    details = a_details(kind=kind, instructors=(LISTED,) if listed else ())
    meeting = a_meeting(details, **changes.pop("meeting", {}))
    return an_event(details=details, meeting=meeting, **changes)


def someone(**facts: Any) -> Enrollment:
    return an_enrollment("u-bo", **{"person": BO} | facts)


def settings_of(how: InstructorsAs, **changes: Any) -> Settings:
    return Settings(hosts=HostRules(instructors_as=how), **changes)


def expected(person: str, kind: Kind, how: InstructorsAs, user: str) -> Means:
    if person == "the host":
        return Means.HOST
    if person == "a participant":
        return Means.PARTICIPANT
    return Means.PANELIST if kind is Kind.WEBINAR else OF_MEETING[how][user]


@pytest.mark.parametrize(
    ("person", "kind", "how", "user"), [*product(PEOPLE, Kind, InstructorsAs, USERS)]
)
def test_everybody_has_one_means(person: str, kind: Kind, how: InstructorsAs, user: str) -> None:
    facts = dict(PEOPLE[person])
    event = an_event_of(kind, listed=bool(facts.pop("listed", False)))
    enrollment = someone(**facts, zoom_user=USERS[user])
    settings = settings_of(how)

    means = means_of(enrollment, event, settings)

    assert means is expected(person, kind, how, user)
    message = message_of(enrollment, event, settings)
    is_plain = person == "a participant" or means is Means.UNDECIDED
    assert (message is None) == is_plain
    plan = plan_person(enrollment, event, settings)
    assert plan.registers == (means in {Means.PARTICIPANT, Means.ASSISTANT})


@pytest.mark.parametrize(
    ("user", "words"),
    [("without a licence", "no active, licensed user"), ("refused", "Zoom refuses this user")],
)
def test_who_falls_back_is_told_why(user: str, words: str) -> None:
    settings = settings_of(InstructorsAs.ALTERNATIVE_HOSTS)
    enrollment = someone(role=Role.INSTRUCTOR, zoom_user=USERS[user])

    assert words in (message_of(enrollment, an_event_of(), settings) or "")


@pytest.mark.parametrize(
    ("user", "age", "verify", "looks"),
    [
        (None, 0, False, True),
        (seen("old@acme.example"), 0, False, True),
        (seen(), 99, False, False),
        (seen(), 99, True, True),
        (seen(), 0, True, False),
        (seen(is_able=False), 0, False, False),
        (seen(is_able=False), 99, False, True),
        (seen(is_able=False), 0, True, True),
        (seen(is_able=False, refused=True), 99, False, False),
        (seen(is_able=False, refused=True), 0, True, True),
    ],
)
def test_a_zoom_user_is_looked_up_when_it_may_have_changed(
    user: ZoomUserSeen | None, age: int, *, verify: bool, looks: bool
) -> None:
    now = NOW + (LOOK_LASTS if age else timedelta())

    assert needs_look(someone(zoom_user=user), now=now, verify=verify) is looks


class TestOnThePanel:
    EVENT = an_event_of(Kind.WEBINAR)
    PLACE = Panelist(zoom_id=ZOOM_ID, panelist_id="p", join_url="https://zoom.example/p", person=BO)

    def of(self, **facts: Any) -> Enrollment:
        return someone(**{"role": Role.INSTRUCTOR, "panelist": self.PLACE} | facts)

    def test_the_panelist_s_link_is_the_way_in(self) -> None:
        decision = decide(self.EVENT, self.of(), "u-bo", Settings(), NOW)

        assert (decision.state, decision.role) == (JoinState.JOIN, JoinRole.INSTRUCTOR)
        assert decision.url == self.PLACE.join_url

    @pytest.mark.parametrize(
        "place",
        [
            None,
            PLACE.model_copy(update={"zoom_id": "another"}),
            PLACE.model_copy(update={"person": Person(email="old@x.example", first_name="Bo")}),
            PLACE.model_copy(update={"join_url": None}),
        ],
    )
    def test_another_s_link_or_none_is_no_way_in(self, place: Panelist | None) -> None:
        decision = decide(self.EVENT, self.of(panelist=place), "u-bo", Settings(), NOW)

        assert (decision.state, decision.url) == (JoinState.PREPARING, None)
        assert decision.step in {JoinStep.SYNCHRONISE, JoinStep.VERIFY}

    def test_until_there_is_a_place_the_registration_counts(self) -> None:
        student = self.of(panelist=None, registration=a_registration(BO))
        decision = decide(self.EVENT, student, "u-bo", Settings(), NOW)

        assert decision.state is JoinState.JOIN
        assert plan_person(student, self.EVENT, Settings()).action is PersonAction.NOTHING

    def test_a_registration_beside_the_place_goes(self) -> None:
        both = self.of(registration=a_registration(BO))

        assert plan_person(both, self.EVENT, Settings()).action is PersonAction.REMOVE

    @pytest.mark.parametrize("change", [{"role": Role.PARTICIPANT}, {"removed": True}])
    def test_who_leaves_is_neither_registered_nor_forgotten_before(
        self, change: dict[str, Any]
    ) -> None:
        leaving = self.of(**change)

        assert not takes_panelist(leaving, self.EVENT, Settings())
        assert plan_person(leaving, self.EVENT, Settings()).action is PersonAction.NOTHING

    def test_access_comes_first(self) -> None:
        settings = Settings(access_validation=AccessValidation(enabled=True))
        barred = self.of(access=Access(granted=False))

        assert not takes_panelist(barred, self.EVENT, settings)
        decision = decide(self.EVENT, barred, "u-bo", settings, NOW)
        assert decision.state is JoinState.SEE_REQUIREMENTS


class TestBesideTheHost:
    SETTINGS = settings_of(InstructorsAs.ALTERNATIVE_HOSTS)

    def event(self, *addresses: str) -> Event:
        event = an_event_of()
        assert event.meeting
        spec = event.meeting.spec.model_copy(update={"alternative_hosts": addresses})
        meeting = event.meeting.model_copy(update={"spec": spec})
        return event.model_copy(update={"meeting": meeting})

    def test_an_alternative_host_s_link_is_fetched(self) -> None:
        bo = someone(role=Role.INSTRUCTOR, zoom_user=seen())
        decision = decide(self.event(BO.address), bo, "u-bo", self.SETTINGS, NOW)

        assert (decision.state, decision.url) == (JoinState.JOIN, None)
        assert decision.step is JoinStep.FETCH_INVITE_LINK

    def test_who_is_none_yet_need_not_wait(self) -> None:
        bo = someone(role=Role.INSTRUCTOR, zoom_user=seen())
        decision = decide(self.event("cleo@acme.example"), bo, "u-bo", self.SETTINGS, NOW)
        assert decision.step is JoinStep.FETCH_INVITE_LINK

        registered = bo.model_copy(update={"registration": a_registration(BO)})
        decision = decide(self.event(), registered, "u-bo", self.SETTINGS, NOW)
        assert decision.url == a_registration(BO).join_url

    def test_whose_user_was_not_looked_up_waits(self) -> None:
        bo = someone(role=Role.INSTRUCTOR)
        decision = decide(self.event(), bo, "u-bo", self.SETTINGS, NOW)

        assert (decision.state, decision.step) == (JoinState.PREPARING, JoinStep.SYNCHRONISE)
