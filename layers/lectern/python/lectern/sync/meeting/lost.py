"""Finds the meeting of an event again that nothing in a restored table names.

What was put after the moment that the table went back to has a meeting at Zoom all the same. Its
passcode is one that this stack gives to this event alone, so it is known for sure. It is looked for
before another one is made, for as long after a restore as an LMS may take to put its events again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from lectern.domain.errors import ZoomNotFound, ZoomRejected, ZoomScopeMissing
from lectern.domain.meeting import Meeting, MeetingSpec
from lectern.domain.passcode import PasscodeMark
from lectern.sync.meeting.host_provisioning import AbleHost
from lectern.sync.reconciliation import Reconciliation
from lectern.zoom.payloads import MeetingResponse, is_same_text

LOOKED_FOR = timedelta(days=14)
"""How long after a restore; a creation costs a list of the host's meetings more meanwhile."""


def mark_of(work: Reconciliation) -> PasscodeMark:
    """What the passcodes of the event are known by."""
    return PasscodeMark(work.dependencies.passcode_keys.key(), work.event_id)


def lost_meetings(work: Reconciliation, host: AbleHost, spec: MeetingSpec) -> list[Meeting]:
    """The event's meetings under this host that the table lost, as they are at Zoom."""
    restored_at = work.dependencies.restored_at()
    if restored_at is None or work.now() > restored_at + LOOKED_FOR:
        return []
    mark, connection = mark_of(work), work.event.details.connection
    return [
        _ledger(work, host, answer, spec)
        for answer in _unknown(work, host, spec)
        if mark.is_in(answer.password or "") and work.claims(connection, answer.id)
    ]


def _unknown(work: Reconciliation, host: AbleHost, spec: MeetingSpec) -> Iterator[MeetingResponse]:
    """The host's meetings of the same topic that are no event's, as far as the table knows."""
    details, events = work.event.details, work.dependencies.events
    sessions = work.zoom(details.connection).sessions(details.kind)
    try:
        alike = sessions.about(host.user_id, lambda topic: is_same_text(topic, spec.topic))
    except (ZoomNotFound, ZoomRejected, ZoomScopeMissing):
        return  # a second meeting is less of a harm than none
    for zoom_id in alike:
        if events.owner_of_meeting(details.connection, zoom_id) is None:
            try:
                yield sessions.read(zoom_id)
            except ZoomNotFound:
                continue


def _ledger(
    work: Reconciliation, host: AbleHost, answer: MeetingResponse, wanted: MeetingSpec
) -> Meeting:
    details = work.event.details
    expected = wanted.model_copy(update={"passcode": answer.password})
    return Meeting(
        connection=details.connection,
        kind=details.kind,
        zoom_id=answer.id,
        uuid=answer.uuid,
        host_id=host.user_id,
        host_email=details.host.email,
        join_url=answer.join_url,
        spec=answer.spec(details.kind, expected),
    )
