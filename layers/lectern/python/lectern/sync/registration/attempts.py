"""Keeps registrations within Zoom's three a day and changes of a registrant's status within ten.

It is noted that something is being sent before it is. So a registration whose answer is lost is
known to be lost: then Zoom's list is read, and only who is not in it is sent again. Of an address
that nobody has claimed, the claim itself says so: one write in the place of two, and nothing to
read; of one that was claimed before, the claim that failed tells what was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from lectern.domain.enrollment import Enrollment
from lectern.domain.errors import LimitScope, ZoomDailyLimit, ZoomError, ZoomUnavailable
from lectern.domain.limits.attempts import DailyAttempts, attempts_on
from lectern.store.attempts import AttemptStore
from lectern.store.table import WriteConflict


@dataclass(frozen=True)
class AttemptLedger:
    """The ledger of requests about people for one meeting of an event.

    Attributes:
        store: What was sent so far.
        event_id: The event.
        zoom_id: Its meeting.
        now: The clock.
        announced: What was noted as being sent with the claims of addresses, and is not yet.
        met: What is noted of addresses that were claimed before, until something is sent of them.
    """

    store: AttemptStore
    event_id: str
    zoom_id: str
    now: Callable[[], datetime]
    announced: dict[str, DailyAttempts] = field(default_factory=dict)
    met: dict[str, DailyAttempts | None] = field(default_factory=dict)

    def claim(self, enrollment: Enrollment) -> str:
        """Claims the address of a person who is to be registered, where nobody has.

        Returns:
            The user who holds the claim now.
        """
        address = enrollment.person.address
        unsent = attempts_on(None, self.zoom_id, self._today)
        claim = self.store.claim(self.event_id, address, enrollment.user_id, unsent.sent())
        if claim.is_new:
            self.announced[address] = unsent
        else:
            self.met[address] = claim.sends
        return claim.holder

    def withdraw(self) -> None:
        """Notes what was announced and not sent."""
        for address, unsent in self.announced.items():
            with suppress(WriteConflict):
                self.store.put(self.event_id, address, unsent)
        self.announced.clear()

    def held_back(
        self, enrollments: Sequence[Enrollment]
    ) -> tuple[list[Enrollment], list[Enrollment]]:
        """Whom it would be wrong to send as things are.

        Returns:
            Those who were sent before, with nothing known of what became of it, and those of whom
            Zoom takes no further registration today.
        """
        sends = self._of(_addresses(enrollments))
        unanswered = [each for each in enrollments if sends[each.person.address].unanswered]
        return unanswered, [each for each in enrollments if sends[each.person.address].is_used_up]

    def keep_their_status(self, enrollments: Sequence[Enrollment]) -> list[Enrollment]:
        """Those of whose registrants Zoom takes no further change of the status today."""
        sends = self._of(_addresses(enrollments))
        return [each for each in enrollments if sends[each.person.address].keeps_its_status]

    @contextmanager
    def registering(self, enrollments: Sequence[Enrollment]) -> Iterator[None]:
        """Notes that people are being registered, and what is known where Zoom did not do it."""
        with self._counted(
            enrollments, DailyAttempts.sent, DailyAttempts.refused, DailyAttempts.closed
        ):
            yield

    @contextmanager
    def changing_status(self, enrollments: Sequence[Enrollment]) -> Iterator[None]:
        """The same of a change of their registrants' status."""
        with self._counted(
            enrollments,
            DailyAttempts.status_sent,
            DailyAttempts.status_refused,
            DailyAttempts.status_closed,
        ):
            yield

    def answered(self, addresses: Sequence[str]) -> None:
        """Notes that it is known what became of these addresses."""
        self._note(addresses, DailyAttempts.answered)

    @contextmanager
    def _counted(
        self,
        enrollments: Sequence[Enrollment],
        sent: Callable[[DailyAttempts], DailyAttempts],
        refused: Callable[[DailyAttempts], DailyAttempts],
        closed: Callable[[DailyAttempts, datetime], DailyAttempts],
    ) -> Iterator[None]:
        addresses = _addresses(enrollments)
        self._note(addresses, sent)
        try:
            yield
        except ZoomDailyLimit as limit:
            # Of several people Zoom does not say for certain whom it means.
            is_known = limit.scope is LimitScope.REGISTRANT and len(addresses) == 1
            until = limit.resume_at
            self._note(addresses, (lambda each: closed(each, until)) if is_known else refused)
            raise
        except ZoomError as error:
            # Zoom may have done it all the same where its answer is lost.
            if not (isinstance(error, ZoomUnavailable) and error.unclear):
                self._note(addresses, refused)
            raise

    def _note(
        self, addresses: Sequence[str], change: Callable[[DailyAttempts], DailyAttempts]
    ) -> None:
        for address, sends in self._of(addresses).items():
            self.met.pop(address, None)
            if self.announced.pop(address, None) and change is DailyAttempts.sent:
                continue
            # An address without a claim was never sent, or is erased: there is nothing to note.
            with suppress(WriteConflict):
                self.store.put(self.event_id, address, change(sends))

    def _of(self, addresses: Sequence[str]) -> dict[str, DailyAttempts]:
        known, now = {**self.met, **self.announced}, self.now()
        if unknown := [address for address in addresses if address not in known]:
            known |= self.store.get_many(self.event_id, unknown)
        return {
            address: attempts_on(known.get(address), self.zoom_id, self._today).at(now)
            for address in addresses
        }

    @property
    def _today(self) -> date:
        return self.now().astimezone(UTC).date()


def _addresses(enrollments: Sequence[Enrollment]) -> list[str]:
    return [enrollment.person.address for enrollment in enrollments]
