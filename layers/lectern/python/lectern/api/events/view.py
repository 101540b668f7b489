"""An event as the API shows it."""

from __future__ import annotations

from pydantic import AwareDatetime, Field, field_validator

from lectern.api.http.views import View
from lectern.domain.event import (
    AutoRecording,
    Event,
    Participants,
    Phase,
    Status,
    SyncState,
)
from lectern.domain.meeting import Kind, Meeting
from lectern.domain.notes import notes_of
from lectern.domain.problems import EventProblem

_STATES_WITH_A_PROBLEM = frozenset({SyncState.WAITING, SyncState.FAILED})


class HostView(View):
    """The responsible course administrator; blank texts once erased."""

    user_id: str
    email: str


class InstructorView(View):
    """Someone who teaches beside the host."""

    user_id: str
    email: str
    name: str


class ContextView(View):
    """The course that the event belongs to."""

    id: str
    title: str | None
    url: str | None

    @field_validator("title", mode="before")
    @classmethod
    def _nothing_is_null(cls, title: str | None) -> str | None:
        return title or None


class OptionsView(View):
    """How the session behaves at Zoom."""

    waiting_room: bool
    join_before_host: bool
    passcode: str | None
    auto_recording: AutoRecording
    mute_upon_entry: bool
    require_sign_in: bool
    zoom_emails: bool | None


class ProblemView(View):
    """The problem that keeps the event from being in sync, and a remedy."""

    code: EventProblem
    message: str
    remedy: str


class EventSyncView(View):
    """How far Zoom is from what the LMS wants."""

    state: SyncState
    synced_version: int | None
    last_synced_at: AwareDatetime | None
    next_attempt_at: AwareDatetime | None = Field(
        description="While `waiting`: until when. While `failed`: when it is tried again soon."
    )
    problem: ProblemView | None = Field(description="While `waiting` or `failed`: why.")
    notes: list[ProblemView] = Field(
        description="How Zoom has the event otherwise, with nothing that has to be done."
    )


class ZoomView(View):
    """The meeting at Zoom."""

    id: str
    uuid: str
    join_url: str = Field(description="The meeting's own page; only registered people get in.")
    passcode: str
    host_id: str


class ParticipantsView(View):
    """How many people stand where."""

    enrolled: int
    registered: int
    waiting_for_access: int
    failed: int


class EventView(View):
    """An event with where it stands."""

    event_id: str
    version: int = Field(description="Grows with each change; the `ETag`.")
    status: Status
    phase: Phase
    kind: Kind
    title: str
    description: str
    starts_at: AwareDatetime
    duration_minutes: int
    timezone: str
    host: HostView
    instructors: list[InstructorView]
    connection: str
    access_validation: bool | None
    context: ContextView | None
    url: str | None
    options: OptionsView
    sync: EventSyncView
    zoom: ZoomView | None = Field(description="`null` until the meeting exists.")
    participants: ParticipantsView


class EventPage(View):
    """A page of events, by start."""

    items: list[EventView]
    next_cursor: str | None


def event_view(event: Event) -> EventView:
    """The event as the API shows it."""
    return EventView.model_validate(
        dict(event.details)
        | {
            "event_id": event.event_id,
            "version": event.version,
            "status": event.status,
            "phase": event.phase,
            "sync": _sync_view(event),
            "zoom": _zoom_view(event.meeting) if event.meeting else None,
            "participants": _participants_view(event.participants),
        }
    )


def _sync_view(event: Event) -> EventSyncView:
    sync = event.sync
    hidden: dict[str, None] = {}
    if sync.state not in _STATES_WITH_A_PROBLEM:
        hidden = {"next_attempt_at": None, "problem": None}
    return EventSyncView.model_validate(dict(sync) | hidden | {"notes": notes_of(event)})


def _zoom_view(meeting: Meeting) -> ZoomView:
    return ZoomView(
        id=meeting.zoom_id,
        uuid=meeting.uuid,
        join_url=meeting.join_url,
        passcode=meeting.spec.passcode,
        host_id=meeting.host_id,
    )


def _participants_view(participants: Participants) -> ParticipantsView:
    return ParticipantsView(
        enrolled=participants.enrolled,
        registered=participants.registered,
        waiting_for_access=participants.blocked,
        failed=participants.failed,
    )
