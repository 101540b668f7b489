"""Meetings or webinars and their registrants at Zoom, in Lectern's own words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from lectern.domain.enrollment import Person, Registration
from lectern.domain.errors import ZoomNotFound, ZoomRejected, ZoomUnavailable
from lectern.domain.meeting import Kind, MeetingIntent, MeetingSpec
from lectern.domain.zoom_refusals import is_not_live, is_not_registered
from lectern.zoom.client import PAGE_SIZE, ZoomRequests, in_form
from lectern.zoom.operations import OF_KIND
from lectern.zoom.paging import pages
from lectern.zoom.panelists import ListedPanelist, Panelists
from lectern.zoom.payloads import (
    FORMS,
    InviteLinks,
    ListedMeeting,
    ListedRegistrant,
    MeetingPage,
    MeetingResponse,
    ReadRegistrant,
    RegistrantPage,
    RegistrantResponse,
    StartLink,
    create_payload,
    is_same_text,
    update_payload,
)
from lectern.zoom.response import readable

INVITE_SECONDS = 600
"""How long an invite link counts. It is fetched at each click, and lets in whoever has it, so that
who is no instructor any more could come in by an old one."""

_SKEW = timedelta(minutes=5)
"""How far Zoom's clock may be from ours."""

_MOST_DELETIONS = 2

_NOT_ON = "waiting"
"""Zoom's status of a meeting that has not begun, or is over."""

RegistrantStatus = Literal["approved", "pending", "denied"]
"""Zoom lists who was cancelled among the denied."""


@dataclass(frozen=True)
class Found:
    """The sessions that may have come of a creation whose answer was lost.

    Attributes:
        ours: The sessions that it made.
        alike: How many others were made since that look like it, and cannot be told for sure.
    """

    ours: list[MeetingResponse]
    alike: int


class Sessions:
    """The sessions of one kind in a Zoom account: its meetings, or its webinars.

    Args:
        calls: The account's calls.
        kind: Which sessions.

    All methods raise ``ZoomError`` in its classes; only what is special is named at each.
    """

    def __init__(self, calls: ZoomRequests, kind: Kind) -> None:
        self._calls = calls
        self._kind = kind
        self._operations = OF_KIND[kind]
        self._form = FORMS[kind]

    def create(self, host_id: str, spec: MeetingSpec) -> MeetingResponse:
        """Creates a session for the host."""
        return self._calls.read(
            MeetingResponse,
            self._operations.create,
            path={"user_id": host_id},
            body=create_payload(self._kind, spec),
            host_id=host_id,
        )

    def read(self, zoom_id: str) -> MeetingResponse:
        """The session as it is at Zoom."""
        path = {"session_id": zoom_id}
        return self._calls.read(MeetingResponse, self._operations.read, path=path)

    def is_there(self, zoom_id: str) -> bool:
        """Whether Zoom has the session, as it says now."""
        try:
            self.read(zoom_id)
        except ZoomNotFound:
            return False
        return True

    def start_link(self, zoom_id: str) -> StartLink:
        """A fresh link that starts the session as its host, and who that is.

        Zoom: it works for two hours, and signs whoever has it in as that user.
        """
        return self._calls.read(StartLink, self._operations.read, path={"session_id": zoom_id})

    def update(
        self, zoom_id: str, host_id: str, spec: MeetingSpec, fields: Collection[str]
    ) -> None:
        """Brings these fields of the session to the spec; id and links stay as they are."""
        self._calls.make(
            self._operations.update,
            path={"session_id": zoom_id},
            body=update_payload(self._kind, spec, fields),
            host_id=host_id,
        )

    def recover(self, zoom_id: str) -> None:
        """Takes a deleted session out of Zoom's bin. Zoom: within a week, and meetings alone.

        Raises:
            ZoomNotFound: It is not there any more.
        """
        path = {"session_id": zoom_id}
        self._calls.make(self._operations.change_status, path=path, body={"action": "recover"})

    def delete(self, zoom_id: str, *, tell_people: bool) -> None:
        """Deletes the session; one that is gone already counts as deleted.

        That it is gone takes a read to confirm, since people would still get in otherwise.

        Args:
            zoom_id: The session.
            tell_people: Whether Zoom tells the people in it by e-mail.

        Raises:
            ZoomRejected: Zoom refuses it, as it does while the session is on.
            ZoomUnavailable: Zoom contradicts itself; another try may pass.
        """
        told = dict.fromkeys(self._form.emails_on_deletion, str(tell_people).lower())
        path = {"session_id": zoom_id}
        for _ in range(_MOST_DELETIONS):
            try:
                self._calls.make(self._operations.delete, path=path, query=told)
            except ZoomNotFound:
                if not self.is_there(zoom_id):
                    return
            else:
                return
        raise ZoomUnavailable(self._operations.delete.name, unclear=True, cause="NotFound")

    def put_out(self, zoom_id: str) -> None:
        """Ends the session; everybody in it is put out. One that is not on stays as it is."""
        path = {"session_id": zoom_id}
        try:
            self._calls.make(self._operations.change_status, path=path, body={"action": "end"})
        except (ZoomNotFound, ZoomRejected) as error:
            if not is_not_live(error):
                raise

    def end(self, zoom_id: str) -> bool:
        """Ends the session if it is on; everybody in it is put out.

        Zoom does not say of webinars whether they are on, and does not refuse to end one that is
        not: those are told to end in any case.

        Returns:
            Whether Zoom was told to end it.
        """
        if self.read(zoom_id).status == _NOT_ON:
            return False
        path = {"session_id": zoom_id}
        self._calls.make(self._operations.change_status, path=path, body={"action": "end"})
        return True

    def find(self, intent: MeetingIntent) -> Found:
        """The sessions of the intent's host that an unclear creation may have made.

        What Zoom normalises is no mark: it moves a start in the past, and keeps texts its own way.
        """
        ours, alike = [], 0
        for listed in self._listed(intent.host_id):
            if not _may_be(listed, intent):
                continue
            try:
                session = self.read(listed.id)
            except ZoomNotFound:
                alike += _looks_like(listed, intent)
                continue
            if session.password == intent.spec.passcode:
                ours.append(session)
            elif _looks_like(listed, intent):
                alike += 1
        return Found(ours, alike)

    def about(self, host_id: str, is_wanted: Callable[[str], bool]) -> list[str]:
        """Zoom's ids of the host's sessions whose topics are wanted."""
        return [each.id for each in self._listed(host_id) if is_wanted(each.topic)]

    def _listed(self, host_id: str) -> Iterator[ListedMeeting]:
        operation = self._operations.list

        def read(page_token: str) -> MeetingPage:
            query = _page_query(page_token, type="scheduled")
            answer = self._calls.make(operation, path={"user_id": host_id}, query=query)
            return in_form(
                MeetingPage, operation, {**answer, "sessions": answer.get(self._form.listed_as)}
            )

        return (session for page in pages(operation, read) for session in page.sessions)

    def register(
        self, zoom_id: str, person: Person, *, in_batch: bool = True
    ) -> RegistrantResponse:
        """Registers one person, approved at once.

        Args:
            zoom_id: The session.
            person: Whom to register.
            in_batch: Whether the session takes batches; where it does, fewer calls may do.

        Raises:
            ZoomRejected: Zoom refuses this person.
            ZoomUnavailable: Zoom answers without the person; it may be registered all the same.
        """
        if self._form.approves_singly:
            return self._add(zoom_id, person, auto_approve=True)
        if in_batch:
            return self._register_batch_of_one(zoom_id, person)
        return self._register_and_approve(zoom_id, person)

    def _add(self, zoom_id: str, person: Person, **how: bool) -> RegistrantResponse:
        return self._calls.read(
            RegistrantResponse,
            self._operations.add_registrant,
            path={"session_id": zoom_id},
            body={**_registrant(person), **how},
        )

    def _register_batch_of_one(self, zoom_id: str, person: Person) -> RegistrantResponse:
        """Registers one person where only a batch can be approved at once."""
        answers = self.register_batch(zoom_id, [person], tell_people=False)
        if not answers:
            raise ZoomUnavailable(self._operations.batch_registrants.name, unclear=True)
        return answers[0]

    def _register_and_approve(self, zoom_id: str, person: Person) -> RegistrantResponse:
        """Registers one person where no batch is taken, and none is approved at once."""
        added = self._add(zoom_id, person)
        if added.join_url:
            return added
        self._approve(zoom_id, [(added.registrant_id, person)])
        return self.registrant(zoom_id, added.registrant_id) or added

    def register_batch(
        self, zoom_id: str, people: Sequence[Person], *, tell_people: bool
    ) -> list[RegistrantResponse]:
        """Registers up to 30 people, approved at once; Zoom's order and completeness are unsaid.

        Args:
            zoom_id: The session.
            people: Whom to register.
            tell_people: Whether Zoom sends its confirmation, where the call can say so.

        Raises:
            ZoomRejected: Zoom refuses the batch, possibly for one person in it.
        """
        body = {
            "auto_approve": True,
            "registrants": [_registrant(person) for person in people],
            **dict.fromkeys(self._form.emails_on_batch, tell_people),
        }
        path = {"session_id": zoom_id}
        operation = self._operations.batch_registrants
        answer = self._calls.make(operation, path=path, body=body)
        return readable(RegistrantResponse, answer.get("registrants"))

    def panelists(self, zoom_id: str) -> list[ListedPanelist]:
        """The panelists of the session, which only webinars have, with their personal links."""
        return Panelists(self._calls).of(zoom_id) if self._kind is Kind.WEBINAR else []

    def invite_link(self, zoom_id: str, name: str) -> str:
        """A fresh personal link for someone whom Zoom does not register.

        Raises:
            ZoomUnavailable: Zoom answers without the link.
        """
        operation = self._operations.make_invite_links
        body = {"attendees": [{"name": name}], "ttl": INVITE_SECONDS}
        links = self._calls.read(InviteLinks, operation, path={"session_id": zoom_id}, body=body)
        return links.attendees[0].join_url

    def remove(self, zoom_id: str, registrant_id: str) -> None:
        """Deletes a registrant, whose link stops working; one that is gone counts as deleted.

        That it is gone takes a read to confirm, since the link would still let in otherwise.

        Raises:
            ZoomNotFound: The session is gone, as Zoom says.
            ZoomUnavailable: Zoom contradicts itself; another try may pass.
        """
        path = {"session_id": zoom_id, "registrant_id": registrant_id}
        for _ in range(_MOST_DELETIONS):
            try:
                self._calls.make(self._operations.delete_registrant, path=path)
            except ZoomRejected as error:
                if not is_not_registered(error):
                    raise
                if self.registrant(zoom_id, registrant_id) is None:
                    return
            else:
                return
        name = self._operations.delete_registrant.name
        raise ZoomUnavailable(name, unclear=True, cause="NotFound")

    def registrant(self, zoom_id: str, registrant_id: str) -> ReadRegistrant | None:
        """A registrant of the session, approved or not; ``None`` where it is not there.

        Raises:
            ZoomNotFound: The session is gone, as Zoom says.
        """
        path = {"session_id": zoom_id, "registrant_id": registrant_id}
        operation = self._operations.read_registrant
        try:
            return self._calls.read(ReadRegistrant, operation, path=path)
        except ZoomRejected as error:
            if is_not_registered(error):
                return None
            raise

    def approve(self, zoom_id: str, registrants: Sequence[Registration]) -> None:
        """Approves up to 30 registrants, whose links work again.

        Raises:
            ZoomRejected: Zoom refuses them, for all of them or for one.
        """
        self._approve(zoom_id, [(each.registrant_id, each.person) for each in registrants])

    def _approve(self, zoom_id: str, registrants: Sequence[tuple[str, Person]]) -> None:
        people = [{"id": each_id, "email": each.email} for each_id, each in registrants]
        self._calls.make(
            self._operations.change_registrant_status,
            path={"session_id": zoom_id},
            body={"action": "approve", "registrants": people},
        )

    def registrants(
        self, zoom_id: str, page_token: str = "", *, status: RegistrantStatus = "approved"
    ) -> RegistrantPage:
        """A page of the session's registrants. Zoom: a page token ends after 15 minutes.

        Args:
            zoom_id: The session.
            page_token: What the page before named; empty for the first.
            status: Which registrants.
        """
        return self._calls.read(
            RegistrantPage,
            self._operations.list_registrants,
            path={"session_id": zoom_id},
            query=_page_query(page_token, status=status),
        )

    def all_registrants(
        self, zoom_id: str, *, status: RegistrantStatus = "approved"
    ) -> Iterator[ListedRegistrant]:
        """The session's registrants, read a page at a time as they are asked for."""

        def read(page_token: str) -> RegistrantPage:
            return self.registrants(zoom_id, page_token, status=status)

        listed = pages(self._operations.list_registrants, read)
        return (registrant for page in listed for registrant in page.registrants)


def _page_query(page_token: str, **what: str) -> dict[str, str | int]:
    query: dict[str, str | int] = {**what, "page_size": PAGE_SIZE}
    return query | ({"next_page_token": page_token} if page_token else {})


def _may_be(listed: ListedMeeting, intent: MeetingIntent) -> bool:
    """Whether a listed session may be the intent's: made since, where Zoom says when it was."""
    if listed.created_at is not None:
        return listed.created_at + _SKEW >= intent.begun_at
    return _looks_like(listed, intent)


def _looks_like(listed: ListedMeeting, intent: MeetingIntent) -> bool:
    spec = intent.spec
    return is_same_text(listed.topic, spec.topic) or listed.start_time == spec.starts_at


def _registrant(person: Person) -> dict[str, Any]:
    registrant = {"email": person.email, "first_name": person.first_name}
    return registrant | ({"last_name": person.last_name} if person.last_name else {})
