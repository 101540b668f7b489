"""Meetings, their hosts and their registrants at Zoom, in Lectern's own words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from lectern.domain.budget import Lane
from lectern.domain.enrolment import Person
from lectern.domain.errors import ZoomNotFound, ZoomRejected, ZoomUnavailable
from lectern.domain.meeting import MeetingIntent, MeetingSpec
from lectern.zoom import operations as zoom
from lectern.zoom.client import ZoomClient
from lectern.zoom.operations import Operation
from lectern.zoom.payloads import (
    ListedMeeting,
    MeetingAnswer,
    RegistrantAnswer,
    RegistrantPage,
    StartLink,
    ZoomUser,
    create_payload,
    update_payload,
)

PAGE_SIZE = 300
"""Zoom: at most 300 records a page."""

_REGISTRANT_GONE_CODES = {300, 3000, 3079}
"""What Zoom answers to the deletion of a registrant that it does not have."""

Answer = TypeVar("Answer", bound=BaseModel)


class Meetings:
    """The meetings of one Zoom account.

    Args:
        client: The account's client.
        lane: What the calls are for.

    All methods raise ``ZoomError`` in its classes; only what is special is named at each.
    """

    def __init__(self, client: ZoomClient, lane: Lane = Lane.EDIT) -> None:
        self._client = client
        self._lane = lane

    def in_lane(self, lane: Lane) -> Meetings:
        """The same meetings, with calls that are made for something else."""
        return Meetings(self._client, lane)

    def _call(self, operation: Operation, **parts: Any) -> dict[str, Any]:  # noqa: ANN401
        return self._client.call(operation, lane=self._lane, **parts)

    def host(self, email: str) -> ZoomUser:
        """The Zoom user with this address.

        Raises:
            ZoomNotFound: The account has none.
        """
        answer = self._call(zoom.GET_USER, path={"user_id": email})
        return _read(ZoomUser, zoom.GET_USER, answer)

    def create(self, host_id: str, spec: MeetingSpec) -> MeetingAnswer:
        """Creates a meeting for the host."""
        answer = self._call(
            zoom.MEETINGS.create,
            path={"user_id": host_id},
            body=create_payload(spec),
            host_id=host_id,
        )
        return _read(MeetingAnswer, zoom.MEETINGS.create, answer)

    def read(self, zoom_id: str) -> MeetingAnswer:
        """The meeting as it is at Zoom."""
        answer = self._call(zoom.MEETINGS.read, path={"session_id": zoom_id})
        return _read(MeetingAnswer, zoom.MEETINGS.read, answer)

    def start_link(self, zoom_id: str) -> str:
        """A fresh link that starts the meeting as its host. Zoom: it works for two hours."""
        answer = self._call(zoom.MEETINGS.read, path={"session_id": zoom_id})
        return _read(StartLink, zoom.MEETINGS.read, answer).start_url

    def update(self, zoom_id: str, host_id: str, spec: MeetingSpec, fields: Iterable[str]) -> None:
        """Brings these fields of the meeting to the spec; id and links stay as they are."""
        self._call(
            zoom.MEETINGS.update,
            path={"session_id": zoom_id},
            body=update_payload(spec, fields),
            host_id=host_id,
        )

    def delete(self, zoom_id: str, *, tell_people: bool) -> None:
        """Deletes the meeting; one that is gone already counts as deleted.

        Args:
            zoom_id: The meeting.
            tell_people: Whether Zoom tells host and registrants by e-mail.
        """
        told = str(tell_people).lower()
        try:
            self._call(
                zoom.MEETINGS.delete,
                path={"session_id": zoom_id},
                query={"schedule_for_reminder": told, "cancel_meeting_reminder": told},
            )
        except ZoomNotFound:
            return

    def find(self, intent: MeetingIntent) -> Iterator[MeetingAnswer]:
        """The meetings of the intent's host that an unclear creation may have made."""
        for listed in self._listed(intent.host_id):
            if listed.topic == intent.spec.topic and listed.start_time == intent.spec.starts_at:
                meeting = self.read(listed.id)
                if meeting.password == intent.spec.passcode:
                    yield meeting

    def _listed(self, host_id: str) -> Iterator[ListedMeeting]:
        query: dict[str, str | int] = {"type": "scheduled", "page_size": PAGE_SIZE}
        while True:
            answer = self._call(zoom.MEETINGS.list, path={"user_id": host_id}, query=query)
            for meeting in answer.get("meetings") or []:
                yield _read(ListedMeeting, zoom.MEETINGS.list, meeting)
            query["next_page_token"] = str(answer.get("next_page_token") or "")
            if not query["next_page_token"]:
                return

    def register(self, zoom_id: str, person: Person) -> RegistrantAnswer:
        """Registers one person, approved at once.

        Raises:
            ZoomRejected: Zoom refuses this person.
        """
        answer = self._call(
            zoom.MEETINGS.add_registrant,
            path={"session_id": zoom_id},
            body={**_registrant(person), "auto_approve": True},
        )
        return _read(RegistrantAnswer, zoom.MEETINGS.add_registrant, answer)

    def register_batch(
        self, zoom_id: str, people: Sequence[Person], *, tell_people: bool
    ) -> list[RegistrantAnswer]:
        """Registers up to 30 people, approved at once; Zoom's order and completeness are unsaid.

        Args:
            zoom_id: The meeting.
            people: Whom to register.
            tell_people: Whether Zoom sends its confirmation.

        Raises:
            ZoomRejected: Zoom refuses the batch, possibly for one person in it.
        """
        answer = self._call(
            zoom.MEETINGS.batch_registrants,
            path={"session_id": zoom_id},
            body={
                "auto_approve": True,
                "registrants_confirmation_email": tell_people,
                "registrants": [_registrant(person) for person in people],
            },
        )
        return [
            _read(RegistrantAnswer, zoom.MEETINGS.batch_registrants, registrant)
            for registrant in answer.get("registrants") or []
        ]

    def remove(self, zoom_id: str, registrant_id: str) -> None:
        """Deletes a registrant, whose link stops working; one that is gone counts as deleted."""
        try:
            self._call(
                zoom.MEETINGS.delete_registrant,
                path={"session_id": zoom_id, "registrant_id": registrant_id},
            )
        except ZoomNotFound:
            return
        except ZoomRejected as error:
            if error.code not in _REGISTRANT_GONE_CODES:
                raise

    def registrants(self, zoom_id: str, page_token: str = "") -> RegistrantPage:
        """A page of the meeting's approved registrants. Zoom: a page token ends after 15 minutes.

        Args:
            zoom_id: The meeting.
            page_token: What the page before named; empty for the first.
        """
        query: dict[str, str | int] = {"status": "approved", "page_size": PAGE_SIZE}
        if page_token:
            query["next_page_token"] = page_token
        answer = self._call(
            zoom.MEETINGS.list_registrants, path={"session_id": zoom_id}, query=query
        )
        return _read(RegistrantPage, zoom.MEETINGS.list_registrants, answer)


def _registrant(person: Person) -> dict[str, Any]:
    registrant = {"email": person.email, "first_name": person.first_name}
    return registrant | ({"last_name": person.last_name} if person.last_name else {})


def _read(model: type[Answer], operation: Operation, answer: object) -> Answer:
    """Zoom's answer in our form.

    Raises:
        ZoomUnavailable: It lacks what it must have; what was asked for may have happened.
    """
    try:
        return model.model_validate(answer)
    except ValidationError as error:
        raise ZoomUnavailable(operation.name, unclear=True) from error
