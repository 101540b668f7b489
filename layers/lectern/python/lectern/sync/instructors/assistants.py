"""Makes the instructors of a meeting assistants of its host, where the settings say so.

They are the host's assistants for all of the host's meetings. So each event notes its wish, whoever
is none yet is added, and only whom Lectern added goes again, with the last event that lets go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lectern.domain.enrollment import Assistance, Enrollment
from lectern.domain.errors import ZoomRejected
from lectern.domain.planner import BATCH_SIZE, standing_meeting, takes_assistant
from lectern.sync.reconciliation import Reconciliation
from lectern.zoom.assistants import Assistants


@dataclass
class HostsAssistants:
    """The assistants of an event's host.

    Attributes:
        work: The work on the event.
        changed: Whether anything changed for them at Zoom.
    """

    work: Reconciliation
    changed: bool = False

    def bring_in_line(self, people: Sequence[Enrollment]) -> bool:
        """Lets go who is to be none, and adds who is to be one.

        Args:
            people: Everyone who is an instructor or lately was.

        Returns:
            Whether anything changed for them at Zoom.
        """
        wanted = {each.user_id: self._wanted_of(each) for each in people}
        for person in people:
            if person.assists and person.assists != wanted[person.user_id]:
                self._let_go(person, person.assists)
        assistances = {each for each in wanted.values() if each}
        joining = [each for each in people if wanted[each.user_id] not in {None, each.assists}]
        if joining or (assistances and self.work.event.sync.verify):
            refused = self._add_missing(assistances, joining)
            for person in joining:
                assistance = wanted[person.user_id]
                if assistance in refused:
                    self.work.dependencies.instructors.note_refused(person, self.work.now())
                elif assistance:
                    self.work.dependencies.instructors.record_assistance(person, assistance)
        return self.changed

    def _wanted_of(self, person: Enrollment) -> Assistance | None:
        meeting, seen = standing_meeting(self.work.event), person.zoom_user
        if meeting is None or seen is None or seen.user_id is None:
            return None
        if not takes_assistant(person, self.work.event, self.work.settings):
            return None
        return Assistance(
            connection=meeting.connection, host_id=meeting.host_id, user_id=seen.user_id
        )

    def _add_missing(
        self, wanted: set[Assistance], joining: Sequence[Enrollment]
    ) -> set[Assistance]:
        """Adds those who are no assistants of the host yet; returns whom Zoom refuses."""
        store = self.work.dependencies.instructors.assistants
        for assistance in wanted if joining else ():
            store.want(assistance, self.work.event_id)
        (host,) = {(each.connection, each.host_id) for each in wanted}
        there = self._zoom(host[0]).of(host[1])
        missing = [each for each in wanted if each.user_id not in there]
        missing.sort(key=lambda each: each.user_id)
        refused: set[Assistance] = set()
        for first in range(0, len(missing), BATCH_SIZE):
            refused |= self._add(missing[first : first + BATCH_SIZE])
        return refused

    def _add(self, wanted: Sequence[Assistance]) -> set[Assistance]:
        """Adds users in one call; if Zoom refuses it for one of them, everyone singly."""
        store, host = self.work.dependencies.instructors.assistants, wanted[0]
        for each in wanted:
            store.note_added(each)
        try:
            self._zoom(host.connection).add(host.host_id, [each.user_id for each in wanted])
        except ZoomRejected:
            if len(wanted) == 1:
                store.forget_added(host)
                store.let_go(host, self.work.event_id)
                return {host}
            return {refused for each in wanted for refused in self._add([each])}
        self.changed = True
        return set()

    def _let_go(self, person: Enrollment, assistance: Assistance) -> None:
        """Takes the assistant from the host, unless another event wants them, or somebody else."""
        store = self.work.dependencies.instructors.assistants
        store.let_go(assistance, self.work.event_id)
        if store.is_added(assistance) and not store.is_wanted(assistance):
            zoom = self._zoom(assistance.connection)
            zoom.remove(assistance.host_id, assistance.user_id)
            self.changed = True
            if store.is_wanted(assistance):
                # Another event came to want them meanwhile, and saw them still there.
                zoom.add(assistance.host_id, [assistance.user_id])
            else:
                store.forget_added(assistance)
        self.work.dependencies.instructors.record_assistance(person, None)

    def _zoom(self, connection: str) -> Assistants:
        return self.work.zoom(connection).assistants
