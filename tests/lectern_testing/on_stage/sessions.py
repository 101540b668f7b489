"""Sessions that are held in the simulated Zoom account, which tells Lectern of them."""

from __future__ import annotations

from lectern.domain.attendance.matching import Instance, instance_key, state_of
from lectern.domain.attendance.presence import minutes_in
from lectern.domain.enrollment import EnrollmentState
from lectern.domain.event import Host
from lectern.domain.meeting import Kind
from lectern.domain.notifications import Notification, of_event
from lectern.store.items import event_of
from lectern_testing.aws.stream import Stream
from lectern_testing.builders import (
    a_details,
    a_meeting,
    a_registration,
    an_enrollment,
    an_event,
)
from lectern_testing.stage import Stage
from lectern_testing.webhooks.from_account_to_worker import Webhooks

KIM, SAM = "u-00000@people.example", "u-00001@people.example"


class HeldSession:
    """One run of an event's session, begun by its host.

    Attributes:
        uuid: Zoom's UUID of the run.
        webhooks: What Zoom tells of it.
    """

    def __init__(self, stage: Stage, event_id: str = "ev-1", *, told: bool = True) -> None:
        self.stage = stage
        self.webhooks = Webhooks(stage.world, stage.table, stage.clock.now)
        self.webhooks.reach_lectern = told
        self._event_id = event_id
        event = stage.event(event_id)
        assert event.meeting is not None
        self._kind = event.meeting.kind
        self.uuid: str = self._act(action=f"start_{self._kind}")["uuid"]

    def join(self, email: str = "", *, name: str = "", device: str = "") -> None:
        """Someone comes in, with one more device."""
        self._act(action="participant_joined", email=email, name=name, device=device)

    def leave(self, person: str, device: str | None = None) -> None:
        """Someone goes, with all devices unless one is named."""
        self._act(action="participant_left", person=person, device=device)

    def end(self) -> None:
        """The host ends it."""
        self._act(action=f"end_{self._kind}")

    def ended(self) -> Instance:
        """The host ends it; the run as it is stored then."""
        self.end()
        return self.stored()

    def stored(self) -> Instance:
        """The run as it is stored."""
        instance = self.stage.instances.get(self._event_id, instance_key(self.uuid))
        assert instance is not None
        return instance

    def later(self, minutes: float) -> None:
        """Lets time pass."""
        self.stage.wait(minutes * 60)
        self.stage.waits.clear()

    def _act(self, **action: object) -> dict[str, str]:
        done: dict[str, str] = self.stage.act(self._event_id, **action)
        self.webhooks.deliver()
        return done


def an_event_at_zoom(
    stage: Stage, kind: Kind = Kind.MEETING, host: str = "anna@acme.example"
) -> None:
    """An event whose session is at Zoom with two people registered, as a synchronisation leaves it.

    Made without the state machine, which is not what these tests are about.
    """
    details = a_details(kind=kind, host=Host(user_id="u-host", email=host))
    meeting, now = a_meeting(details), stage.clock.now()
    connection = stage.settings.connection("default")
    assert connection is not None
    sessions = stage.dependencies.zoom(connection).sessions(kind)
    made = sessions.create(host, meeting.spec)
    ledger = {"zoom_id": made.id, "uuid": made.uuid, "host_id": made.host_id}
    stage.events.create(
        an_event(now=now, details=details, meeting=meeting.model_copy(update=ledger))
    )
    stage.events.claim_meeting("default", made.id, "ev-1")
    people = [an_enrollment(f"u-{number:05}", now=now) for number in range(2)]
    registrants = sessions.register_batch(
        made.id, [each.person for each in people], tell_people=False
    )
    for person, registrant in zip(people, registrants, strict=True):
        registration = a_registration(
            person.person, zoom_id=made.id, registrant_id=registrant.registrant_id
        )
        enrolled = {"registration": registration, "state": EnrollmentState.REGISTERED}
        stage.enrollments.replace_desired(None, person.model_copy(update=enrolled))
    stage.forget_calls()


def attended(stage: Stage, event_id: str = "ev-1") -> dict[str, int]:
    """Minutes by user, or by name with a question mark for who could not be matched."""
    now = stage.clock.now()
    return {
        each.user_id or f"{each.name}?": minutes_in(each.spans, now)
        for each in stage.attendance.everyone(event_id)
    }


def state(stage: Stage, event_id: str = "ev-1") -> str:
    """How sure the attendance of an event is."""
    return state_of(stage.instances.of_event(event_id))


def settled(stage: Stage, instance: Instance) -> Instance:
    """The run after its round's execution, which has to succeed."""
    assert stage.settle(instance) == "SUCCEEDED"
    found = stage.instances.get(instance.event_id, instance.key)
    assert found is not None
    return found


def an_hour(stage: Stage, *, told: bool = True) -> Instance:
    """A session of an hour: Kim for half of it, Sam for all, and a guest for ten minutes."""
    session = HeldSession(stage, told=told)
    session.join(KIM)
    session.join(SAM)
    session.later(20)
    session.join(name="Stranger")
    session.later(10)
    session.leave(KIM)
    session.leave("Stranger")
    session.later(30)
    return session.ended()


def reads(stage: Stage) -> int:
    """How many pages of reports were asked for."""
    return stage.calls()["report_meeting_participants"]


def ready_in(stream: Stream) -> list[Notification]:
    """What the LMS is told of attendance by the changes so far."""
    return [
        notification
        for change in stream.changes()
        if change.new and change.new["SK"] == "EVENT"
        for notification in of_event(
            event_of(change.old) if change.old else None, event_of(change.new)
        )
        if notification.type == "attendance.ready"
    ]
