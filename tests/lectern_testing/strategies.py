"""Random values of the domain, within what the API lets in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from unicodedata import category, normalize

from hypothesis import strategies as st

from lectern.domain.address import address_key
from lectern.domain.enrollment import (
    Access,
    Enrollment,
    EnrollmentState,
    Panelist,
    Person,
    Registration,
    Requirement,
    Role,
    ZoomUserSeen,
)
from lectern.domain.event import (
    AutoRecording,
    Context,
    Event,
    EventDetails,
    Host,
    Instructor,
    Options,
    Phase,
    Staffing,
    Status,
    SyncRecord,
    SyncState,
)
from lectern.domain.meeting import Kind, Meeting, MeetingIntent, MeetingSpec
from lectern.domain.people.given_up import attempt_key
from lectern.domain.problems import EnrollmentProblem, EventProblem, event_problem
from lectern.domain.settings import AccessValidation, Emails, HostRules, InstructorsAs, Settings

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
A_DAY_OF_MICROSECONDS = 86_400_000_000

identifiers = st.text("ABCXYZabcxyz0189._:@-", min_size=1, max_size=12) | st.from_regex(
    r"[A-Za-z0-9._:@-]{1,128}", fullmatch=True
)
_offsets = st.integers(-14 * 60, 14 * 60).map(lambda each: timezone(timedelta(minutes=each)))
moments = st.builds(
    lambda microseconds, offset: (EPOCH + timedelta(microseconds=microseconds)).astimezone(offset),
    st.integers(A_DAY_OF_MICROSECONDS, 8_000 * 365 * A_DAY_OF_MICROSECONDS),
    _offsets,
)
near_moments = st.integers(-2_000_000, 2_000_000).map(lambda s: NOW + timedelta(seconds=s))
lines = st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=20).map(
    lambda text: text.strip() or "x"
)
texts = st.text(max_size=30).map(str.strip)


def _plain(text: str) -> str:
    """A text that reads as no other one does: what differs only in blanks is the same to Zoom."""
    shown = "".join(each for each in normalize("NFC", text) if category(each)[0] != "C")
    return " ".join(shown.split()) or "x"


host_emails = st.sampled_from(["anna@acme.example", "ANNA@acme.example", "bo@acme.example"])
emails = st.sampled_from(["kim@x.example", "Kim@X.example", "sam@x.example"]) | host_emails
host_ids = st.sampled_from(["u-anna", "u-bo"])
user_ids = st.sampled_from(["u-kim", "u-sam", "u-anna"])
addresses = emails.map(address_key)
alternative_hosts = st.lists(addresses, max_size=2, unique=True).map(sorted).map(tuple)
zoom_ids = st.sampled_from(["83012345678", "83012345679"])

plain_lines, plain_texts = lines.map(_plain), texts.map(_plain)
specs = st.builds(
    MeetingSpec,
    topic=plain_lines,
    agenda=plain_texts,
    starts_at=near_moments,
    duration_minutes=st.integers(1, 1440),
    timezone=st.sampled_from(["UTC", "Europe/Copenhagen", "America/Lima"]),
    passcode=st.text("abcXYZ019@_*-", min_size=1, max_size=10),
    waiting_room=st.booleans(),
    join_before_host=st.booleans(),
    auto_recording=st.sampled_from(["none", "local", "cloud"]),
    mute_upon_entry=st.booleans(),
    require_sign_in=st.booleans(),
    zoom_emails=st.booleans(),
    approval_type=st.sampled_from([0, 1, 2]),
    use_pmi=st.booleans(),
    alternative_hosts=alternative_hosts,
)
webinar_specs = specs.map(
    lambda spec: spec.model_copy(
        update={
            "waiting_room": False,
            "join_before_host": False,
            "mute_upon_entry": True,
            "use_pmi": False,
            "alternative_hosts": (),
        }
    )
)
specs_of = {Kind.MEETING: specs, Kind.WEBINAR: webinar_specs}
options = st.builds(
    Options,
    waiting_room=st.booleans(),
    join_before_host=st.booleans(),
    passcode=st.none() | st.text("abcXYZ019", min_size=1, max_size=10),
    auto_recording=st.sampled_from(AutoRecording),
    mute_upon_entry=st.booleans(),
    require_sign_in=st.booleans(),
    zoom_emails=st.none() | st.booleans(),
)
details = st.builds(
    EventDetails,
    kind=st.sampled_from(Kind),
    title=lines,
    description=texts,
    starts_at=near_moments,
    duration_minutes=st.integers(1, 1440),
    timezone=st.sampled_from(["UTC", "Europe/Copenhagen"]),
    host=st.builds(Host, user_id=host_ids, email=host_emails),
    instructors=st.lists(
        st.builds(Instructor, user_id=user_ids, email=emails, name=lines), max_size=2
    ).map(tuple),
    connection=st.sampled_from(["default", "other"]),
    access_validation=st.none() | st.booleans(),
    context=st.none() | st.builds(Context, id=lines, title=texts, url=st.none() | lines),
    url=st.none() | lines,
    options=options,
)
settings = st.builds(
    Settings,
    access_validation=st.builds(AccessValidation, enabled=st.booleans()),
    emails=st.builds(Emails, zoom_emails=st.booleans()),
    hosts=st.builds(HostRules, instructors_as=st.sampled_from(InstructorsAs)),
)
meetings = st.builds(
    Meeting,
    connection=st.sampled_from(["default", "other"]),
    kind=st.sampled_from(Kind),
    zoom_id=zoom_ids,
    uuid=lines,
    host_id=lines,
    host_email=host_emails,
    join_url=lines,
    spec=specs,
    read_back=st.booleans(),
    missing_since=st.none() | near_moments,
    held_by=st.none() | host_ids,
    came_back=st.frozensets(st.sampled_from(["topic", "waiting_room"])),
    locked=st.dictionaries(st.sampled_from(["waiting_room", "auto_recording"]), lines),
)
intents = st.builds(
    MeetingIntent,
    connection=st.sampled_from(["default", "other"]),
    kind=st.sampled_from(Kind),
    host_id=lines,
    begun_at=moments,
    host_email=host_emails,
    spec=specs,
)
counts = st.integers(0, 2**53)
sync_records = st.builds(
    SyncRecord,
    state=st.sampled_from(SyncState),
    requested=counts,
    done=counts,
    requested_at=near_moments,
    verify=st.booleans(),
    retry_round=st.integers(0, 3),
    synced_version=st.none() | counts,
    last_synced_at=st.none() | moments,
    next_attempt_at=st.none() | moments,
    problem=st.none() | st.sampled_from(EventProblem).map(event_problem),
    lease_owner=st.none() | lines,
    lease_until=st.none() | moments,
    waiter=st.none() | moments,
)
events = st.builds(
    Event,
    event_id=identifiers,
    version=counts,
    status=st.sampled_from(Status),
    phase=st.sampled_from(Phase),
    details=details,
    created_at=moments,
    updated_at=moments,
    sync=sync_records,
    meeting=st.none() | meetings,
    intent=st.none() | intents,
    retired=st.lists(meetings, max_size=2).map(tuple),
    staffing=st.builds(
        Staffing, alternative_hosts=alternative_hosts, unanswered_for=st.none() | zoom_ids
    ),
)
people = st.builds(Person, email=emails, first_name=lines, last_name=texts)
registrations = st.builds(
    Registration,
    zoom_id=zoom_ids,
    registrant_id=lines,
    join_url=st.none() | lines,
    person=people,
    registered_at=moments,
)
panelists = st.builds(
    Panelist, zoom_id=zoom_ids, panelist_id=lines, join_url=st.none() | lines, person=people
)
zoom_users = st.builds(
    ZoomUserSeen,
    address=addresses,
    is_able=st.booleans(),
    refused=st.booleans(),
    seen_at=moments,
)
requirements = st.builds(
    Requirement, id=lines, title=lines, met=st.booleans(), url=st.none() | lines
)
_enrollment_parts: dict[str, Any] = {
    "event_id": identifiers,
    "user_id": user_ids | identifiers,
    "version": counts,
    "person": people,
    "role": st.sampled_from(Role),
    "access": st.builds(
        Access, granted=st.booleans(), requirements=st.lists(requirements, max_size=2).map(tuple)
    ),
    "removed": st.booleans(),
    "enrolled": st.booleans(),
    "enrolled_at": moments,
    "updated_at": moments,
    "state": st.sampled_from(EnrollmentState),
    "reason": st.none() | st.sampled_from(EnrollmentProblem),
    "message": st.none() | texts,
    "registration": st.none() | registrations,
    "panelist": st.none() | st.none() | panelists,
    "zoom_user": st.none() | zoom_users,
    "verified_by": st.none() | lines,
}
enrollments = st.builds(Enrollment, **_enrollment_parts, failed_for=st.none() | lines)


@st.composite
def enrollments_in(draw: st.DrawFn, event: Event) -> Enrollment:
    """An enrollment, most often a wanted one; some failed in the attempt that the event is at."""
    parts = _enrollment_parts | {
        "access": st.sampled_from([Access(), Access(), Access(granted=False)]),
        "removed": st.sampled_from([False, False, False, True]),
        "enrolled": st.sampled_from([True, True, True, False]),
        "failed_for": st.none() | st.just(attempt_key(event)) | lines,
    }
    enrollment = draw(st.builds(Enrollment, **parts))
    known = enrollment.registration
    if known is None or draw(st.booleans()):
        return enrollment
    as_wanted = known.model_copy(update={"person": enrollment.person})
    return enrollment.model_copy(update={"registration": as_wanted})
