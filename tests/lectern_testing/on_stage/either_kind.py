"""Events of either kind on a stage, for what goes wrong with meetings and webinars alike."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from lectern.domain.event import Host, Options
from lectern.domain.meeting import Kind
from lectern.domain.problems import Problem
from lectern_testing.builders import HOST_EMAIL, a_details, an_enrollment, an_event
from lectern_testing.stage import Stage

WEBINAR_HOST = "wanda@acme.example"
HOSTS = {Kind.MEETING: HOST_EMAIL, Kind.WEBINAR: WEBINAR_HOST}
KINDS = [Kind.MEETING, Kind.WEBINAR]


def a_host(kind: Kind) -> Host:
    """Somebody who can host sessions of a kind."""
    return Host(user_id="u-host", email=HOSTS[kind])


def event_of_kind(stage: Stage, kind: Kind = Kind.MEETING, people: int = 2, **changes: Any) -> None:
    """An event with people, not synchronised yet."""
    now = stage.clock.now()
    options = Options(**changes.pop("options", {}))
    details = a_details(**{"kind": kind, "host": a_host(kind), "options": options} | changes)
    stage.events.create(an_event(now=now, details=details))
    if people:
        stage.enrol(*(an_enrollment(f"u-{n:05}", now=now) for n in range(people)))


def brought_in_line(
    stage: Stage, kind: Kind = Kind.MEETING, people: int = 2, **changes: Any
) -> None:
    """The same, synchronised, with the calls not counted."""
    event_of_kind(stage, kind, people, **changes)
    assert stage.synchronise() == "SUCCEEDED"
    stage.all_is_well(people)
    stage.forget_calls()


def look_again(stage: Stage, **how: Any) -> None:
    """A verified synchronisation, as the sweep asks for it."""
    how = {"verify": True, "retry": True} | how
    stage.events.request_sync("ev-1", stage.clock.now(), **how)
    assert stage.synchronise() == "SUCCEEDED"


def host_policy(stage: Stage, kind: Kind = Kind.MEETING, **policy: Any) -> None:
    """Gives the host's Zoom user rules of its own."""
    stage.seed(users=[{"email": HOSTS[kind], "policy": policy}])


def problem_of(stage: Stage) -> Problem:
    """The event's problem, which there has to be."""
    problem = stage.event().sync.problem
    assert problem is not None
    return problem


def created(stage: Stage) -> int:
    """How many meetings and webinars were made at Zoom."""
    calls = stage.calls()
    return calls["create_meeting"] + calls["create_webinar"]


def pass_days(stage: Stage, days: int) -> None:
    """Lets days pass."""
    stage.clock.advance(timedelta(days=days))
