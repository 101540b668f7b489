"""Looks what saving an event would run into; changes nothing, here or in Zoom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from lectern.domain.errors import ZoomDailyLimit, ZoomError, ZoomRateLimited
from lectern.domain.event import Event, EventDetails
from lectern.domain.limits.budget import PER_DAY, PRE_START, Lane, Plan, changes_allowed
from lectern.domain.meeting import Kind
from lectern.domain.precheck import (
    Foreseen,
    UsedToday,
    of_capacity,
    of_limits,
    of_other_events,
    of_passcode,
    of_problem,
)
from lectern.domain.problems import EventProblem, Problem, event_problem
from lectern.domain.settings import Connection
from lectern.domain.zoom_refusals import problem_of_event
from lectern.store.budget import BudgetStore
from lectern.store.events import EventStore
from lectern.store.keys import stamp
from lectern.store.settings import SettingsStore
from lectern.store.zoom_cache import ZoomCache
from lectern.sync.meeting.host_provisioning import HostProvisioner
from lectern.zoom.account import ZoomAccount
from lectern.zoom.operations import OF_KIND
from lectern.zoom.users import SMALLEST_MEETINGS

_LONGEST = timedelta(minutes=1440)
"""No event is longer, so one that is still on began no earlier than this before."""

_MOST_EVENTS = 200


@dataclass(frozen=True)
class Precheck:
    """The look ahead at what saving an event would run into.

    Attributes:
        events: The stored events.
        settings: The stored settings and connections.
        answers: What Zoom lately answered.
        budgets: What was used of Zoom's limits.
        zoom: Gives the Zoom account of a connection.
        plan: Gives the plan that the limits of a connection go by.
        now: The clock.
    """

    events: EventStore
    settings: SettingsStore
    answers: ZoomCache
    budgets: BudgetStore
    zoom: Callable[[Connection], ZoomAccount]
    plan: Callable[[str], Plan]
    now: Callable[[], datetime]

    def problems(self, event_id: str, details: EventDetails) -> list[Foreseen]:
        """Lists what saving these details would run into; that Zoom cannot be asked is one of it.

        Args:
            event_id: The event, which may not be stored yet.
            details: What would be saved.
        """
        stored = self.events.get(event_id)
        people = stored.participants.expected if stored else 0
        is_at_zoom = stored is not None and stored.meeting is not None
        found = [*of_other_events(event_id, details, self._events_of_host(details))]
        connection = self.settings.connection(details.connection)
        if connection is None:
            problem = event_problem(EventProblem.CREDENTIALS_INVALID)
            return [of_problem(problem), *found]
        try:
            said = list(self._of_zoom(connection, details, people, is_at_zoom=is_at_zoom))
        except ZoomError as error:
            said = [of_problem(_problem_of(error))]
        return [*said, *found]

    def _of_zoom(
        self, connection: Connection, details: EventDetails, people: int, *, is_at_zoom: bool
    ) -> Iterator[Foreseen]:
        settings, _ = self.settings.get()
        name = connection.connection_id
        account = self.zoom(connection)
        desk = HostProvisioner(account, name, self.answers, settings.hosts, self.now())
        host = desk.foresee(details.host.email, details.kind, people)
        host_id = host.user_id
        if host.problem:
            yield of_problem(host.problem)
        if details.kind is Kind.MEETING and host_id and people > SMALLEST_MEETINGS:
            yield from of_capacity(desk.meeting_capacity(host_id), people)
        passcode = details.options.passcode
        if passcode and host_id:
            yield from of_passcode(passcode, desk.passcode_rule(host_id))
        yield from of_limits(self._today(name, details, host_id, creates=not is_at_zoom), people)

    def _today(
        self, connection: str, details: EventDetails, host_id: str, *, creates: bool
    ) -> UsedToday:
        used = self.budgets.used_today(connection, self.now(), host_id)
        lane = Lane.PRE_START if details.starts_at - PRE_START <= self.now() else Lane.EDIT
        needed = OF_KIND[details.kind].create, OF_KIND[details.kind].batch_registrants
        names = {name for each in needed for name in (each.name, each.rate_class.value)}
        return UsedToday(
            changes=used.hosts.get(host_id, 0),
            changes_allowed=changes_allowed(lane, creates=creates),
            heavy=used.classes.get("heavy", 0),
            heavy_limit=PER_DAY[self.plan(connection)].get("heavy"),
            closed=host_id in used.closed_hosts or not names.isdisjoint(used.closed),
        )

    def _events_of_host(self, details: EventDetails) -> list[Event]:
        ids, _ = self.events.page_by_host(
            details.connection,
            details.host.email,
            first=stamp(details.starts_at - _LONGEST),
            last=stamp(details.ends_at),
            after=None,
            limit=_MOST_EVENTS,
        )
        found = {event.event_id: event for event in self.events.get_many(ids)}
        return [found[event_id] for event_id in ids if event_id in found]


def _problem_of(error: ZoomError) -> Problem:
    match error:
        case ZoomDailyLimit():
            return event_problem(EventProblem.DAILY_LIMIT)
        case ZoomRateLimited():
            return event_problem(EventProblem.RATE_LIMITED)
        case _:
            return problem_of_event(error) or event_problem(EventProblem.UNAVAILABLE)
