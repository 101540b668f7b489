"""Zoom's report of a run of a session: waited for, read page by page, and settled."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from lectern.attendance.work import AttendanceReading
from lectern.domain.attendance.matching import AttendanceFault, AttendanceProblem
from lectern.domain.attendance.presence import Source
from lectern.domain.attendance.report import (
    ALONE_PATIENCE,
    PATIENCE,
    QUIET,
    attendance_problem,
    is_ready,
    look_again_at,
    wait_for_report,
)
from lectern.domain.attendance.runs import counted_runs
from lectern.domain.errors import (
    ZoomCredentialsInvalid,
    ZoomError,
    ZoomNotFound,
    ZoomRejected,
    ZoomScopeMissing,
)
from lectern.domain.limits.retries import pause_before_try
from lectern.domain.meeting import Kind
from lectern.domain.model import DomainModel
from lectern.domain.zoom_refusals import zoom_said
from lectern.zoom.paging import MOST_PAGES, MOST_RESTARTS
from lectern.zoom.reports import PastMeeting, ReportPage

_WRITERS = 8
"""Attendees that are written at a time; DynamoDB has no batch of updates."""

_DIGEST_LENGTH = 16

_REFUSALS = (ZoomScopeMissing, ZoomCredentialsInvalid, ZoomRejected)
"""What no waiting helps."""


class ReportOutcome(StrEnum):
    """The next step for the run of a session."""

    WAIT = "wait"
    READ = "read"
    MORE = "more"
    SETTLE = "settle"
    CONCLUDE = "conclude"
    STOP = "stop"


class ReportProgress(DomainModel):
    """How far the reading of a report is, by which one without an end is noticed.

    Attributes:
        pages: How many pages were read.
        restarts: How often it was begun anew.
        last: A digest of the last page.
    """

    pages: int = 0
    restarts: int = 0
    last: str = ""


class ReportStep(DomainModel):
    """What comes next, and from where to read on.

    Attributes:
        source: Where the page is read, or what is to be settled.
        page_token: Which page; empty for the first.
        progress: How far the reading is.
    """

    outcome: ReportOutcome
    wait_seconds: int = 0
    source: Source = Source.REPORT
    page_token: str = ""
    progress: ReportProgress = ReportProgress()


STOP = ReportStep(outcome=ReportOutcome.STOP)
CONCLUDE = ReportStep(outcome=ReportOutcome.CONCLUDE)


def begin(work: AttendanceReading) -> ReportStep:
    """Says whether it is time to look for the report."""
    instance, now = work.instance, work.now()
    if instance.is_final:
        return CONCLUDE
    if instance.waits_since is None:
        return _ask_whether_it_ended(work)
    wait = timedelta()
    if now < instance.waits_since + work.dependencies.delay:
        wait = wait_for_report(instance.waits_since, now, work.dependencies.delay)
    if instance.resume_at is not None:
        wait = max(wait, instance.resume_at - now)
    if wait > timedelta():
        return _wait(work, wait)
    return ReportStep(outcome=ReportOutcome.READ)


def read_page(
    work: AttendanceReading, source: Source, page_token: str, progress: ReportProgress
) -> ReportStep:
    """Reads a page of the report and keeps it, or says that there is none yet.

    A report whose pages go round in a circle is one that is not ready.

    Raises:
        ZoomError: Limits and outages, for the state machine to wait for.
    """
    instance = work.instance
    try:
        page = work.reports().page(instance.kind, source, instance.uuid, page_token)
    except ZoomNotFound:
        page = ReportPage()
    except ZoomRejected as error:
        if not page_token:
            return _refused(work, source, error)
        # A page token ends after 15 minutes: begin again.
        again = ReportProgress(restarts=progress.restarts + 1)
        if again.restarts > MOST_RESTARTS:
            return _without_end(work, source)
        return ReportStep(outcome=ReportOutcome.MORE, source=source, progress=again)
    except _REFUSALS as error:
        return _refused(work, source, error)
    if not page_token:
        work.dependencies.attendance.forget_seen(instance, source)
    if not is_ready(page.stays, instance, first_page=not page_token, waited=_waited(work)):
        return _not_ready(work, source)
    work.dependencies.attendance.keep_page(instance, source, page.stays)
    return _after(work, source, page, page_token, progress)


def _after(
    work: AttendanceReading,
    source: Source,
    page: ReportPage,
    page_token: str,
    progress: ReportProgress,
) -> ReportStep:
    """Goes on to the next page, or to what follows the last one."""
    after, further = page.next_page_token, _further(progress, page)
    is_endless = after == page_token or further.last == progress.last or further.pages >= MOST_PAGES
    if after and not is_endless:
        return ReportStep(
            outcome=ReportOutcome.MORE, source=source, page_token=after, progress=further
        )
    return (
        _without_end(work, source)
        if after
        else ReportStep(outcome=ReportOutcome.SETTLE, source=source)
    )


def _without_end(work: AttendanceReading, source: Source) -> ReportStep:
    """Waits for a report of which no page is the last; after a day it is what was read of it."""
    if _waited(work) <= PATIENCE:
        return _not_ready(work, source)
    return ReportStep(outcome=ReportOutcome.SETTLE, source=source)


def _further(progress: ReportProgress, page: ReportPage) -> ReportProgress:
    rows = page.model_dump_json(include={"participants"})
    last = hashlib.sha256(rows.encode()).hexdigest()[:_DIGEST_LENGTH]
    return progress.model_copy(update={"pages": progress.pages + 1, "last": last})


def settle(work: AttendanceReading, source: Source) -> ReportStep:
    """Makes the attendance of the run final.

    What an attempt has written that did not come to its end is not written again, so that each one
    comes further, however many there are.
    """
    event = work.dependencies.events.get(work.instance.event_id)
    if work.instance.is_final or event is None:
        return CONCLUDE
    if work.instance.kind is Kind.MEETING:
        _correct_times(work)
    attendance = work.dependencies.attendance
    known = attendance.everyone(event.event_id, {work.instance.key})
    written = {each.position: each for each in known}
    new = [each for each in work.attendees(event, source) if written.get(each.position) != each]
    with ThreadPoolExecutor(_WRITERS) as writers:
        list(writers.map(partial(attendance.add, work.instance), new))
    return CONCLUDE if work.dependencies.instances.finish(work.instance, work.now()) else STOP


def conclude(work: AttendanceReading) -> ReportStep:
    """Says on the event that the attendance is final, if that of all counted runs is; clears up."""
    event_id = work.instance.event_id
    event = work.dependencies.events.get(event_id)
    if event is not None:
        instances = work.dependencies.instances.of_event(event_id)
        counted = counted_runs(instances, event.details, work.now())
        if all(each.is_final for each in instances if each.key in counted):
            work.dependencies.events.add_attended(event_id, counted)
    work.dependencies.attendance.forget_seen(work.instance)
    work.dependencies.instances.close(work.instance)
    return STOP


def postpone(work: AttendanceReading, error: str) -> ReportStep:
    """Notes that Zoom's limits or an outage hold the report up, and until when."""
    fault, now, instance = _POSTPONED[error], work.now(), work.instance
    if fault is AttendanceFault.DAILY_LIMIT:
        attempts, until = 0, max(instance.resume_at or now, now + _UNSAID)
    else:
        attempts = instance.attempts + 1
        until = now + pause_before_try(f"{instance.event_id} {instance.key}", attempts)
    noted = work.dependencies.instances.note_problem(
        instance,
        attendance_problem(fault),
        due_at=until + QUIET,
        resume_at=until,
        attempts=attempts,
    )
    return (
        ReportStep(outcome=ReportOutcome.WAIT, wait_seconds=_seconds(until - now))
        if noted
        else STOP
    )


def give_up(work: AttendanceReading) -> ReportStep:
    """Notes an unexpected fault; the sweep tries again."""
    problem = attendance_problem(AttendanceFault.INTERNAL_ERROR)
    _note(work, problem, due_at=work.now() + timedelta(minutes=30))
    return STOP


_POSTPONED = {
    "ZoomRateLimited": AttendanceFault.RATE_LIMITED,
    "ZoomDailyLimit": AttendanceFault.DAILY_LIMIT,
    "ZoomUnavailable": AttendanceFault.UNAVAILABLE,
}

_UNSAID = timedelta(minutes=1)
"""How long a daily limit is waited for whose end was lost on the way."""


def _refused(work: AttendanceReading, source: Source, error: ZoomError) -> ReportStep:
    """Goes on with the other list of a webinar, or leaves what was seen live, with the reason."""
    if _has_another(work, source):
        return ReportStep(outcome=ReportOutcome.MORE, source=Source.PAST)
    match error:
        case ZoomScopeMissing(scopes=scopes):
            problem = attendance_problem(
                AttendanceFault.SCOPE_MISSING, f"Missing: {', '.join(scopes)}."
            )
        case ZoomCredentialsInvalid():
            problem = attendance_problem(AttendanceFault.CREDENTIALS_INVALID)
        case _:
            problem = attendance_problem(AttendanceFault.REJECTED, zoom_said(error))
    _note(work, problem, due_at=look_again_at(work.instance, work.now()))
    return STOP


def _not_ready(work: AttendanceReading, source: Source) -> ReportStep:
    """Waits for the report, settles what was seen live of someone alone, or stops waiting."""
    if _has_another(work, source):
        return ReportStep(outcome=ReportOutcome.MORE, source=Source.PAST)
    instance, now = work.instance, work.now()
    waited = _waited(work)
    if _was_alone(work, waited):
        return ReportStep(outcome=ReportOutcome.SETTLE, source=Source.LIVE)
    if waited > PATIENCE:
        problem = attendance_problem(AttendanceFault.REPORT_MISSING)
        _note(work, problem, due_at=look_again_at(instance, now))
        return STOP
    return _wait(work, wait_for_report(now - waited, now, work.dependencies.delay))


def _waited(work: AttendanceReading) -> timedelta:
    """How long the report has been waited for."""
    now = work.now()
    return now - (work.instance.waits_since or now)


def _has_another(work: AttendanceReading, source: Source) -> bool:
    return work.instance.kind is Kind.WEBINAR and source is Source.REPORT


def _was_alone(work: AttendanceReading, waited: timedelta) -> bool:
    """Whether at most one person was there, of which Zoom makes no report.

    Webhooks can be lost, so where Zoom counts (meetings), its count decides.
    """
    event = work.dependencies.events.get(work.instance.event_id)
    if event is None or len(list(work.attendees(event, Source.LIVE))) > 1:
        return False
    past = _past_meeting(work)
    if past is not None and past.participants_count is not None:
        return past.participants_count <= 1
    return waited > ALONE_PATIENCE


def _correct_times(work: AttendanceReading) -> None:
    """Takes over from when to when Zoom says that the meeting really went on."""
    past = _past_meeting(work)
    start, end = (past.start_time, past.end_time) if past else (None, None)
    if start is not None and end is not None and start <= end:
        work.instance = work.dependencies.instances.correct(work.instance, start, end)


def _past_meeting(work: AttendanceReading) -> PastMeeting | None:
    """Zoom's account of the run; ``None`` for webinars, and where it may not or cannot say."""
    if work.instance.kind is not Kind.MEETING:
        return None
    try:
        return work.reports().past_meeting(work.instance.uuid)
    except (ZoomNotFound, *_REFUSALS):
        return None


def _ask_whether_it_ended(work: AttendanceReading) -> ReportStep:
    """Finds out about the end of a run of which Zoom told nothing; what is found begins anew."""
    instance, now = work.instance, work.now()
    ended_at = _end_by_report(work)
    if ended_at is not None:
        work.dependencies.instances.end(
            instance,
            ended_at,
            told_at=now,
            due_at=now + QUIET,
            expires_at=instance.expires_at,
        )
        return STOP
    work.dependencies.instances.stay_at_work(instance, now + timedelta(hours=6))
    return STOP


def _end_by_report(work: AttendanceReading) -> datetime | None:
    """When the run ended, if Zoom knows a report of it, which it makes of what is over."""
    if work.instance.kind is Kind.MEETING:
        past = _past_meeting(work)
        return past.end_time if past else None
    try:
        page = work.reports().page(Kind.WEBINAR, Source.REPORT, work.instance.uuid, "")
    except (ZoomNotFound, *_REFUSALS):
        return None
    ends = [stay.sighting.left_at for stay in page.stays if stay.sighting.left_at is not None]
    return max(ends, default=None)


def _wait(work: AttendanceReading, wait: timedelta) -> ReportStep:
    if not work.dependencies.instances.stay_at_work(work.instance, work.now() + wait + QUIET):
        return STOP
    return ReportStep(outcome=ReportOutcome.WAIT, wait_seconds=_seconds(wait))


def _note(work: AttendanceReading, problem: AttendanceProblem, *, due_at: datetime | None) -> bool:
    return work.dependencies.instances.note_problem(work.instance, problem, due_at=due_at)


def _seconds(wait: timedelta) -> int:
    """A wait in whole seconds, never too short."""
    return max(1, -(-wait // timedelta(seconds=1)))
