"""The checks of credentials, scopes, plan, host and limits: what the account has."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from lectern.domain.errors import ZoomNotFound, ZoomRejected
from lectern.domain.event import Event
from lectern.domain.limits.budget import HOST_CHANGES_A_DAY
from lectern.domain.meeting import Kind
from lectern.domain.scope_knowledge import ScopeState
from lectern.domain.scopes import SCOPES, Scope
from lectern.domain.validation import CheckFinding
from lectern.domain.validation_findings import (
    CREDENTIALS_REMEDY,
    HOST_REMEDY,
    LIMIT_REMEDY,
    PLAN_REMEDY,
    SCOPES_REMEDY,
    failed,
    limit_met,
    of_problem,
    passed,
    skipped,
)
from lectern.domain.zoom_refusals import zoom_said
from lectern.store.keys import stamp
from lectern.validation.run import ValidationRun

_MOST_EVENTS = 200
_AFTER_ALL = "~"


def check_credentials(run: ValidationRun) -> CheckFinding:
    """Has Zoom give a new token: an older one may outlive what it was given for."""
    if run.connection is None:
        return failed("No credentials are entered for this connection.", CREDENTIALS_REMEDY)
    run.app.tokens.check()
    return passed()


def check_scopes(run: ValidationRun) -> CheckFinding:
    """Names every scope that is missing, whether something uses it or not."""
    knowledge = run.dependencies.scopes.knowledge(run.validation.connection)
    states = {scope: knowledge.state(scope) for scope in SCOPES}
    missing = [scope for scope, state in states.items() if state is ScopeState.MISSING]
    used = [scope for scope in missing if scope.unused_because(run.settings) is None]
    unused = [scope for scope in missing if scope not in used]
    notes = [_not_needed(run, scope) for scope in unused]
    if used:
        lacks = [f"{scope.name} is missing: {scope.without}" for scope in used]
        return failed(" ".join([*lacks, *notes]), SCOPES_REMEDY)
    if ScopeState.UNKNOWN in states.values():
        reason = "Zoom does not say which scopes the app has; what it refuses is told here."
        return skipped(" ".join([reason, *notes]))
    return passed(*notes, remedy=SCOPES_REMEDY if unused else None)


def _not_needed(run: ValidationRun, scope: Scope) -> str:
    reason = scope.unused_because(run.settings)
    return f"{scope.name} is missing, and nothing needs it as it is set: {reason}"


def check_plan(run: ValidationRun) -> CheckFinding:
    """Looks whether the account's plan has webinars, where they are switched on."""
    try:
        usage = run.app.account.plan_usage()
    except (ZoomNotFound, ZoomRejected) as error:
        return skipped(f"Zoom does not tell this account's plan. {zoom_said(error)}", PLAN_REMEDY)
    plans = ", ".join(usage.base_plans)
    if run.settings.features.webinars and usage.has_webinars is False:
        detail = "Webinars are switched on, and the Zoom account has no plan for webinars."
        return failed(detail, PLAN_REMEDY)
    return passed(f"The account has: {plans}." if plans else "")


def check_host(run: ValidationRun) -> CheckFinding:
    """Looks the host up: there, active and licensed."""
    email = run.validation.host_email
    if email is None:
        email = run.app.account.users.own().email
    if not email:
        detail = "Zoom does not tell in whose name the app acts, so there is no host to try."
        return failed(detail, HOST_REMEDY)
    host = run.desk.foresee(email, Kind.MEETING, 0)
    if host.problem is not None:
        return of_problem(host.problem)
    update = {"host_email": email, "host_id": host.user_id}
    run.save(run.validation.model_copy(update=update))
    return passed()


class WebinarHost(NamedTuple):
    """What is known of a host of webinars.

    Attributes:
        capacity: How many people the host's webinars hold; 0 for none at all.
        fault: What the host lacks, for the webinars that lie ahead as well.
    """

    capacity: int
    fault: CheckFinding | None


def webinar_host(run: ValidationRun) -> WebinarHost:
    """Looks at the host's webinars: whether there are any, and whether they hold enough."""
    largest = _largest_webinar(run)
    people = largest.participants.expected if largest else 0
    host = run.desk.webinar_host(run.validation.host_id, people)
    capacity = host.webinar_capacity or 0
    if host.problem is None:
        return WebinarHost(capacity, None)
    needs = f"{largest.event_id} is to hold {people:,}." if largest and capacity else ""
    return WebinarHost(capacity, of_problem(host.problem, needs))


def _largest_webinar(run: ValidationRun) -> Event | None:
    """The host's webinar with the most people of those that lie ahead."""
    email, events = run.validation.host_email or "", run.dependencies.events
    first = stamp(run.now())
    ids, _ = events.page_by_host(
        run.validation.connection,
        email,
        first=first,
        last=_AFTER_ALL,
        after=None,
        limit=_MOST_EVENTS,
    )
    webinars = [
        event
        for event in events.get_many(ids)
        if event.details.kind is Kind.WEBINAR and not event.is_cancelled
    ]
    return max(webinars, key=lambda event: event.participants.expected, default=None)


def check_limits(run: ValidationRun) -> CheckFinding:
    """Looks what is left of Zoom's limits of the day."""
    host_id, now = run.validation.host_id, run.now()
    used = run.dependencies.budgets.used_today(run.validation.connection, now, host_id)
    until = [*used.closed.values(), *used.closed_hosts.values()]
    if run.validation.limit_until is not None:
        until.append(run.validation.limit_until)
    over: list[datetime] = [moment for moment in until if moment > now]
    if over:
        return failed(limit_met(max(over)), LIMIT_REMEDY)
    changes = used.hosts.get(host_id, 0)
    return passed(
        f"Of the host's {HOST_CHANGES_A_DAY} creates and updates of today {changes} are used."
        if host_id
        else ""
    )
