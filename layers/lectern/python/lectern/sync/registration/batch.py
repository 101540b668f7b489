"""Sends people to Zoom: all in one call, and singly where Zoom refuses all of them for one.

One person's refusal costs that person alone. Whom Zoom names is told so and left out of the next
call; where it names nobody, each is sent singly, until no place is left. What would be said of
everybody is not tried with everybody.

Zoom takes three registrations a day of one person, and may count those that it refuses: nobody is
sent more often than that in one go. One answer that says too little to be sure whom it is about is
no proof: who was sent once is sent once more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from lectern.domain.errors import ZoomDailyLimit, ZoomRejected
from lectern.domain.people.refused_people import (
    concerns_more_than_people,
    is_of_everybody,
    said_of_all,
    said_of_each,
    says_the_same,
    says_too_little,
)
from lectern.domain.problems import Problem
from lectern.domain.zoom_refusals import (
    Meaning,
    problem_of_event,
    reading_of,
)

_MOST_TOGETHER = 2
_ENOUGH_ALIKE = 3
"""So many who are refused singly, in the words in which all were, speak for everybody."""

Each = TypeVar("Each")


def _never(_error: ZoomRejected) -> bool:
    return False


@dataclass
class Sending(Generic[Each]):
    """How people are sent for one purpose, and what comes of it.

    Attributes:
        together: Sends several in one call, and notes what came of it; who is to be sent singly
            all the same, as Zoom said nothing of them.
        singly: Sends one, and notes what came of it.
        refused: Notes what Zoom has against one person.
        all_refused: Notes what it has against whoever is sent, or raises it.
        amends: Whether whoever was refused so may be sent once more in another form.
        known: What is known to be the event's problem already.
        full: Zoom's word that there is no place left, once it said so.
        is_limited: Whether somebody has to wait for the end of Zoom's day.
    """

    together: Callable[[list[Each]], list[Each]]
    singly: Callable[[Each], None]
    refused: Callable[[Each, ZoomRejected], None]
    all_refused: Callable[[list[Each], ZoomRejected], None]
    amends: Callable[[ZoomRejected], bool] = _never
    known: Problem | None = None
    full: ZoomRejected | None = None
    is_limited: bool = False
    _alike: list[tuple[Each, ZoomRejected]] = field(default_factory=list)

    def send(self, people: Sequence[Each]) -> None:
        """Sends people.

        Raises:
            ZoomError: What concerns more than single people.
        """
        left = list(people)
        refusal: ZoomRejected | None = None
        for _ in range(_MOST_TOGETHER):
            if len(left) <= 1 or self.full:
                break
            try:
                left, refusal = self.together(left), None
            except ZoomDailyLimit as limit:
                _require_of_people(limit)
            except ZoomRejected as error:
                if self._concerns_everybody(left, error):
                    return
                refusal, named = error, said_of_each(error)
                left = self._without_refused(left, named)
                if named or self.amends(error):
                    continue
            break
        self._send_singly(left, refusal)

    def _without_refused(self, people: list[Each], named: dict[int, ZoomRejected]) -> list[Each]:
        """Those who were not named, and those who may be sent once more in another form."""
        left = []
        for place, each in enumerate(people):
            own = named.get(place)
            if own is None or self.amends(own):
                left.append(each)
            else:
                self.refused(each, own)
        return left

    def _send_singly(self, people: list[Each], refusal: ZoomRejected | None) -> None:
        enough, is_first = min(_ENOUGH_ALIKE, len(people)), refusal is None
        for place, each in enumerate(people):
            error = self.full or self._refusal_of(each)
            if error and is_first and says_too_little(error):
                error = self._refusal_of(each)
            if error is None:
                refusal = None
            elif refusal and says_the_same(error, refusal):
                self._alike.append((each, error))
                if len(self._alike) < enough:
                    continue
                others = [person for person, _ in self._alike] + people[place + 1 :]
                self._alike.clear()
                self.all_refused(others, error)
                return
            elif self._concerns_everybody(people[place:], error):
                break
            else:
                self.refused(each, error)
        self._settle_alike()

    def _refusal_of(self, each: Each) -> ZoomRejected | None:
        """Sends a person alone; Zoom's refusal of it, if there is one."""
        try:
            self.singly(each)
        except ZoomDailyLimit as limit:
            _require_of_people(limit)
            self.is_limited = True
        except ZoomRejected as error:
            if reading_of(error).meaning is Meaning.FULL:
                self.full = error
            return error
        return None

    def _settle_alike(self) -> None:
        """Those who were refused in the same words, and turned out not to speak for everybody."""
        for each, error in self._alike:
            self.refused(each, error)
        self._alike.clear()

    def _concerns_everybody(self, people: list[Each], error: ZoomRejected) -> bool:
        """Whether whoever is sent next would be refused for the same, which is noted then.

        Raises:
            ZoomRejected: It concerns more than people.
        """
        _require_of_people(error)
        of_all = said_of_all(error)
        is_known = self.known is not None and problem_of_event(of_all) == self.known
        if not (is_known or is_of_everybody(error)):
            return False
        self.all_refused(people, of_all)
        return True


def _require_of_people(error: ZoomRejected | ZoomDailyLimit) -> None:
    if concerns_more_than_people(error):
        raise error
