"""Keeps registrations within Zoom's three a day, and remembers what has no answer yet.

It is noted that a registration is being sent before it is, so that a lost answer is known to be
lost: then Zoom's list is read, and only who is not in it is sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from lectern.domain.enrolment import Enrolment
from lectern.domain.sends import Sends, sends_on
from lectern.store.sends import SendStore
from lectern.store.table import WriteConflict


@dataclass(frozen=True)
class SendLedger:
    """The registrations that are sent for one meeting of an event.

    Attributes:
        store: What was sent so far.
        event_id: The event.
        zoom_id: Its meeting.
        now: The clock.
    """

    store: SendStore
    event_id: str
    zoom_id: str
    now: Callable[[], datetime]

    def unanswered(self, enrolments: Sequence[Enrolment]) -> list[Enrolment]:
        """Those who were sent before, with nothing known of what became of it."""
        sends = self._of(_addresses(enrolments))
        return [each for each in enrolments if sends[each.person.address].unanswered]

    def used_up(self, enrolments: Sequence[Enrolment]) -> list[Enrolment]:
        """Those of whom Zoom takes no further registration today."""
        sends = self._of(_addresses(enrolments))
        return [each for each in enrolments if sends[each.person.address].is_used_up]

    def sending(self, enrolments: Sequence[Enrolment]) -> None:
        """Notes that these are about to be sent."""
        self._note(_addresses(enrolments), Sends.sent)

    def refused(self, enrolments: Sequence[Enrolment]) -> None:
        """Notes that Zoom did not take these."""
        self._note(_addresses(enrolments), Sends.refused)

    def answered(self, addresses: Sequence[str]) -> None:
        """Notes that it is known what became of these addresses."""
        self._note(addresses, Sends.answered)

    def _note(self, addresses: Sequence[str], change: Callable[[Sends], Sends]) -> None:
        for address, sends in self._of(addresses).items():
            # An address without a claim was never sent, or is erased: there is nothing to note.
            with suppress(WriteConflict):
                self.store.put(self.event_id, address, change(sends))

    def _of(self, addresses: Sequence[str]) -> dict[str, Sends]:
        stored = self.store.get_many(self.event_id, addresses) if addresses else {}
        today = self.now().astimezone(UTC).date()
        return {
            address: sends_on(stored.get(address), self.zoom_id, today) for address in addresses
        }


def _addresses(enrolments: Sequence[Enrolment]) -> list[str]:
    return [enrolment.person.address for enrolment in enrolments]
