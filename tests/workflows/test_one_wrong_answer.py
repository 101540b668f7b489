"""Any single answer of Zoom is replaced by an error: nothing is lost, and whoever can act is told.

Each call of each job is tried with each error, from a copy of one beginning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.enrollment import Role
from lectern.domain.event import Host, Status
from lectern.domain.join.decision import JoinState
from lectern.domain.meeting import Kind
from lectern.domain.scopes import Feature
from lectern.domain.settings import HostRules, Licence, MissingHost, Settings
from lectern.zoom.operations import OPERATIONS
from lectern_testing.builders import a_details, an_enrollment, an_event
from lectern_testing.copies import in_a_copy
from lectern_testing.on_stage.clicks import click
from lectern_testing.on_stage.disagreements import is_told, meetings_amiss, not_as_wanted
from lectern_testing.on_stage.instructors import BO, WANDA
from lectern_testing.stage import Stage
from lectern_testing.zoom.document import DocumentedError, documented_errors

BYSTANDER = "ev-other"
SWEEPS = 3
BETWEEN_SWEEPS = timedelta(minutes=35)
CHANGES = {operation.name for operation in OPERATIONS if operation.method != "GET"}
CREATIONS = {"create_meeting", "create_webinar"}
OF_HOSTS = frozenset(
    operation.name
    for operation in OPERATIONS
    if operation.feature in {Feature.HOSTS, Feature.NEW_HOSTS, Feature.LICENCES}
)
TOO_MANY = DocumentedError(429, 429, "Too Many Requests.")
"""Documented for each operation, without a code."""

NO_REGISTRATION = {"code": 300, "message": "This meeting has not registration required"}
NEW_HOST = Host(user_id="u-new", email="new@acme.example")

Step = Callable[[Stage], None]
Fault = dict[str, Any]
Call = tuple[str, int]
"""An operation, and the how manieth call of it."""


@dataclass(frozen=True)
class Job:
    """Something that the LMS or a person wants done.

    Attributes:
        begin: What there is before.
        do: What is wanted, and the work on it.
        seated: Who is in already and has to stay so, whatever goes wrong.
        served: By operation, who has to be in at once although that call went wrong.
        tries: The operations whose answers are replaced, where other jobs have the others.
    """

    begin: Step
    do: Step
    seated: tuple[str, ...] = ()
    served: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tries: frozenset[str] = frozenset(operation.name for operation in OPERATIONS)


def nothing(_stage: Stage) -> None:
    """There is nothing yet."""


def new_meeting(stage: Stage) -> None:
    """A meeting with an alternative host and two people."""
    now = stage.clock.now()
    stage.events.create(an_event(now=now, details=a_details(instructors=(BO,))))
    stage.enrol(an_enrollment("kim", now=now), an_enrollment("lee", now=now))
    synchronise(stage)


def new_webinar(stage: Stage) -> None:
    """A webinar with a panelist and two people."""
    now = stage.clock.now()
    stage.events.create(an_event(now=now, details=a_details(kind=Kind.WEBINAR, host=WANDA)))
    panelist = an_enrollment("pat", now=now, role=Role.INSTRUCTOR)
    stage.enrol(panelist, an_enrollment("kim", now=now), an_enrollment("lee", now=now))
    synchronise(stage)


def webinar_of_a_new_host(stage: Stage) -> None:
    """A webinar whose host has to be made and licensed first."""
    rules = HostRules(missing_host=MissingHost.CREATE_SSO, licence=Licence.ASSIGN)
    stage.settings.put(Settings(hosts=rules), was_revision=0)
    now = stage.clock.now()
    stage.events.create(an_event(now=now, details=a_details(kind=Kind.WEBINAR, host=NEW_HOST)))
    synchronise(stage)


def remove_one_add_another(stage: Stage) -> None:
    stage.change_enrollment("kim", removed=True)
    stage.enrol(an_enrollment("new", now=stage.clock.now()))
    synchronise(stage)


def remove_an_instructor(stage: Stage) -> None:
    stage.change_enrollment("pat", removed=True)
    synchronise(stage)


def change(stage: Stage) -> None:
    stage.change_details(title="Another", duration_minutes=90)
    synchronise(stage)


def cancel(stage: Stage) -> None:
    stage.change_event(status=Status.CANCELLED)
    synchronise(stage)


def verify(stage: Stage) -> None:
    stage.events.request_sync("ev-1", stage.clock.now(), verify=True)
    synchronise(stage)


def late_click(stage: Stage) -> None:
    stage.enrol(an_enrollment("new", now=stage.clock.now()))
    click(stage, "new")


def click_of(user_id: str) -> Step:
    """Somebody who gets a fresh link at each click."""

    def step(stage: Stage) -> None:
        click(stage, user_id)
        synchronise(stage)

    return step


JOBS = {
    "a new meeting": Job(nothing, new_meeting),
    "a new webinar": Job(nothing, new_webinar),
    "a webinar of a new host": Job(nothing, webinar_of_a_new_host, tries=OF_HOSTS),
    "a removal from a meeting": Job(
        new_meeting,
        remove_one_add_another,
        seated=("lee",),
        served={"delete_meeting_registrant": ("new",)},
    ),
    "a removal from a webinar": Job(
        new_webinar,
        remove_one_add_another,
        seated=("lee", "pat"),
        served={"delete_webinar_registrant": ("new",)},
    ),
    "a removal from a panel": Job(new_webinar, remove_an_instructor, seated=("kim", "lee")),
    "a change of a meeting": Job(new_meeting, change, seated=("kim", "lee")),
    "a change of a webinar": Job(new_webinar, change, seated=("kim", "lee", "pat")),
    "a cancelled meeting": Job(new_meeting, cancel),
    "a cancelled webinar": Job(new_webinar, cancel),
    "a verified meeting": Job(new_meeting, verify, seated=("kim", "lee")),
    "a verified webinar": Job(new_webinar, verify, seated=("kim", "lee", "pat")),
    "a click at a meeting": Job(new_meeting, late_click, seated=("kim", "lee")),
    "a click at a webinar": Job(new_webinar, late_click, seated=("kim", "lee", "pat")),
    "a host's click at a meeting": Job(new_meeting, click_of("u-host"), seated=("kim", "lee")),
    "a host's click at a webinar": Job(new_webinar, click_of("u-wanda"), seated=("kim", "pat")),
    "an alternative host's click": Job(new_meeting, click_of("u-bo"), seated=("kim", "lee")),
}


@pytest.mark.parametrize("name", JOBS)
def test_one_wrong_answer_and_replicas_that_lag_behind_only_take_time(
    stage: Stage, name: str
) -> None:
    job = begun(stage, JOBS[name])

    amiss = [
        each
        for call in calls_of(stage, job)
        for fault in wrong_answers(call[0])
        for each in tried(stage, job, call, fault)
    ]
    for for_all in (False, True):
        lag = {"kind": "lag", "seconds": 10, "for_all": for_all, "times": None}
        amiss += tried(stage, job, ("*", 1), lag)

    assert not amiss, "\n".join(["", *amiss])


IN_SHORT = {
    "a new meeting",
    "a removal from a meeting",
    "a change of a meeting",
    "a cancelled meeting",
    "a click at a meeting",
}
"""Tried with each documented error in every run; the others are left to the thorough one."""


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name in IN_SHORT else pytest.mark.thorough, id=name)
        for name in JOBS
    ],
)
def test_one_documented_error_at_any_call_is_survived_or_told(stage: Stage, name: str) -> None:
    job = begun(stage, JOBS[name])

    amiss = [
        each
        for call in calls_of(stage, job)
        for fault in documented_answers(call[0])
        for each in tried(stage, job, call, fault)
    ]

    assert not amiss, "\n".join(["", *amiss])


def wrong_answers(operation: str) -> Iterator[Fault]:
    """What no document has for an operation: it is not there, an error as a success, or nothing."""
    changes = operation in CHANGES
    gone = as_fault(not_there(operation))
    yield {"kind": "status", **gone}
    if changes:
        yield {"kind": "status_after", **gone}
    yield {"kind": "error_body_200", "body": NO_REGISTRATION}
    yield {"kind": "empty_body" if changes else "truncated"}


def documented_answers(operation: str) -> Iterator[Fault]:
    """Each documented error, and for what makes a session also the error that hides it."""
    errors = documented_errors(operation)
    for error in (*one_of_each_code(errors), TOO_MANY):
        yield {"kind": "status", **as_fault(error)}
    if operation in CREATIONS:
        for error in one_of_each_code(errors):
            yield {"kind": "status_after", **as_fault(error)}


def not_there(operation: str) -> DocumentedError:
    """What Zoom says of a session that is not there; that of a panelist is a webinar."""
    what = "Webinar" if "webinar" in operation or "panelist" in operation else "Meeting"
    return DocumentedError(404, 3001, f"{what} does not exist: 81234567890.")


def one_of_each_code(errors: Iterable[DocumentedError]) -> list[DocumentedError]:
    """The first of the errors with each status and code; how each text is read has its own test."""
    return list({(each.status, each.code): each for each in reversed([*errors])}.values())


def as_fault(error: DocumentedError) -> Fault:
    """What has Zoom answer an error."""
    return {"status": error.status, "body": {"code": error.code, "message": error.message}}


def begun(stage: Stage, job: Job) -> Job:
    """Has what there is before a job, beside an event of somebody else."""
    other = a_details(host=Host(user_id="u-cleo", email="cleo@acme.example"))
    stage.events.create(an_event(BYSTANDER, now=stage.clock.now(), details=other))
    stage.enrol(an_enrollment("sam", BYSTANDER, now=stage.clock.now()))
    assert stage.synchronise(BYSTANDER) == "SUCCEEDED"
    job.begin(stage)
    stage.forget_calls()
    return job


def calls_of(stage: Stage, job: Job) -> list[Call]:
    """The calls of a job whose answers are replaced, found where all goes well."""

    def made() -> list[str]:
        job.do(stage)
        return [call["operation"] for call in stage.world.calls.since(0)]

    seen: Counter[str] = Counter()
    calls = []
    for operation in in_a_copy(made):
        seen[operation] += 1
        calls.append((operation, seen[operation]))
    return [call for call in calls if call[0] in job.tries]


def tried(stage: Stage, job: Job, call: Call, fault: Fault) -> list[str]:
    """What is amiss once a job was done in which one call had a fault for an answer."""
    operation, number = call
    fault = {**fault, "operation": operation, "after": number - 1}
    said = [str(fault[name]) for name in ("kind", "status", "body") if name in fault]

    def trial() -> list[str]:
        return list(amiss_after(stage, job, fault))

    which = f"{operation} {number}, {' '.join(said)[:100]}"
    return [f"{which}: {each}" for each in dict.fromkeys(in_a_copy(trial))]


def amiss_after(stage: Stage, job: Job, fault: Fault) -> Iterator[str]:
    event = stage.events.get("ev-1")
    zoom_id = event.meeting.zoom_id if event and event.meeting else None
    stage.fault(**fault)

    job.do(stage)

    struck = [call for call in stage.world.calls.since(0) if call["faults"]]
    if not struck and "times" not in fault:
        yield "the fault struck no call"
    yield from meetings_amiss(stage, zoom_id)
    yield from held_up(stage, job, fault["operation"])
    for _ in range(SWEEPS):
        stage.clock.advance(BETWEEN_SWEEPS)
        stage.sweep()
        synchronise(stage)
    left = list(not_as_wanted(stage))
    if left and not ("body" in fault and is_told(stage, **fault["body"])):
        yield f"untold: {'; '.join(left)}"
    verify(stage)
    yield from meetings_amiss(stage, zoom_id)
    if not left:
        yield from (f"once verified: {each}" for each in not_as_wanted(stage))


def held_up(stage: Stage, job: Job, operation: str) -> Iterator[str]:
    """Who does not get in at once, although the error does not concern them."""
    for user_id in (*job.seated, *job.served.get(operation, ())):
        decision = click(stage, user_id)
        if decision.state is not JoinState.JOIN:
            yield f"{user_id} is held up: {decision.state}, {decision.message}"
    stage.change_details(BYSTANDER, title="Meanwhile")
    waited = len(stage.waits)
    assert stage.synchronise(BYSTANDER) == "SUCCEEDED"
    yield from (f"the other event: {each}" for each in not_as_wanted(stage, BYSTANDER))
    if sum(stage.waits[waited:]) > 60:
        yield f"the other event waited {stage.waits[waited:]}"


def synchronise(stage: Stage) -> None:
    """Does what is due."""
    if stage.event().sync.is_due:
        assert stage.synchronise() == "SUCCEEDED"
