"""The self-test of a connection: its checks, how far they are, and what was made for them at Zoom.

A self-test ends whatever becomes of whoever carries it out: what is not done when its time is over
counts as interrupted, and what it made at Zoom is written down before it is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from pydantic import Field

from lectern.domain.meeting import Kind, MeetingSpec
from lectern.domain.model import DomainModel, Instant

NO_CHECK_AFTER = timedelta(seconds=110)
"""No check begins later; what is left of the time is for the cleaning."""

CHECKS_END_AFTER = timedelta(seconds=125)
"""When the last check that was begun gets no more calls."""

ENDS_AFTER = timedelta(seconds=170)
"""When a self-test is over in any case."""

DELIVERED_WITHIN = timedelta(seconds=45)
"""How long a webhook is waited for. Zoom delivers within seconds."""

MOST_CALLS = 40
"""At Zoom, token requests and repeated calls included."""

MOST_TRIES = 2
"""Of the creation of a trial session whose answer is lost, once nothing is to be seen of it."""

CALLS_OF_CHECKS = 30
"""What the checks may use of them; the others are for the cleaning."""

KEPT_FOR = timedelta(days=30)


class CheckId(StrEnum):
    """The checks, in the order in which they are made."""

    CREDENTIALS = "credentials"
    SCOPES = "scopes"
    PLAN = "plan"
    HOST = "host"
    CREATION = "creation"
    WEBINAR = "webinar"
    PARTICIPANTS = "participants"
    JOIN = "join"
    UPDATES = "updates"
    ACCESS = "access"
    WEBHOOKS = "webhooks"
    EMAILS = "emails"
    LIMITS = "limits"
    CLEANUP = "cleanup"

    @property
    def heading(self) -> str:
        """What the check is about, for people."""
        return _HEADINGS[self]


_HEADINGS: Mapping[CheckId, str] = MappingProxyType(
    {
        CheckId.CREDENTIALS: "Zoom accepts the credentials",
        CheckId.SCOPES: "The app has the scopes that it needs",
        CheckId.PLAN: "The account's plan has what is switched on",
        CheckId.HOST: "The host exists and is licensed",
        CheckId.CREATION: "A meeting is made",
        CheckId.WEBINAR: "A webinar is made",
        CheckId.PARTICIPANTS: "People are registered",
        CheckId.JOIN: "Host and participants have their ways in",
        CheckId.UPDATES: "Changes reach Zoom, and links stay",
        CheckId.ACCESS: "Access is taken away and given back",
        CheckId.WEBHOOKS: "Zoom's webhooks arrive",
        CheckId.EMAILS: "Zoom's e-mails are as configured",
        CheckId.LIMITS: "Zoom's limits leave room",
        CheckId.CLEANUP: "Nothing is left at Zoom",
    }
)


class CheckState(StrEnum):
    """How far a check is."""

    PENDING = "pending"
    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


class CheckFinding(DomainModel):
    """What a check came to.

    Attributes:
        detail: What was found, in plain words.
        remedy: Where it is put right.
    """

    state: CheckState
    detail: str | None = None
    remedy: str | None = None


class Check(CheckFinding):
    """A check of a self-test."""

    id: CheckId
    state: CheckState = CheckState.PENDING

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be done for it."""
        return self.state not in {CheckState.PENDING, CheckState.RUNNING}


class Trial(DomainModel):
    """A meeting or webinar that was made for a self-test, or may have been.

    Written before it is made, so that it is deleted whatever comes of its creation.

    Attributes:
        kind: What it is.
        host_id: Zoom's id of its host.
        spec: What Zoom was told.
        begun_at: When its creation was last begun.
        tries: How often it was begun.
        zoom_id: Zoom's id of it; ``None`` while that is not known.
        is_clear: Whether each of its creations was answered, so that there is no other.
        differing: The fields that Zoom has otherwise than it was told.
        link_mark: Tells its link from another one; what lets in is not kept.
        registrants: Zoom's id of each trial registrant, by address.
        linkless: Trial registrants who were given no link.
        is_gone: Whether it is not at Zoom any more.
    """

    kind: Kind
    host_id: str
    spec: MeetingSpec
    begun_at: Instant
    tries: int = 1
    zoom_id: str | None = None
    is_clear: bool = True
    differing: frozenset[str] = frozenset()
    link_mark: str = ""
    registrants: dict[str, str] = Field(default_factory=dict)
    linkless: tuple[str, ...] = ()
    is_gone: bool = False

    @property
    def known_id(self) -> str:
        """Zoom's id of a session that is made."""
        return self.zoom_id or ""

    @property
    def is_made(self) -> bool:
        """Whether it is known to be at Zoom."""
        return self.zoom_id is not None and not self.is_gone


class ValidationState(StrEnum):
    """How a self-test stands as a whole."""

    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"


class Validation(DomainModel):
    """A self-test of a connection.

    Attributes:
        host_email: The host that was asked for; ``None`` for the account's own user.
        host_id: Zoom's id of the host, once found.
        ended_at: When it ended.
        checks: All checks, in their order.
        check_began_at: When the check that is running was begun.
        trials: What was made at Zoom, or may have been.
        limit_until: Until when one of Zoom's daily limits is used up, where one was met.
        clean_at: When what is left at Zoom is to be deleted by the sweep; ``None`` if nothing is.
        cleanings: How often the sweep tried.
        revision: Grows with each change, so that no two who carry it out undo each other's.
    """

    validation_id: str
    connection: str
    host_email: str | None = None
    host_id: str = ""
    started_at: Instant
    ended_at: Instant | None = None
    checks: tuple[Check, ...] = tuple(Check(id=each) for each in CheckId)
    check_began_at: Instant | None = None
    trials: tuple[Trial, ...] = ()
    limit_until: Instant | None = None
    clean_at: Instant | None = None
    cleanings: int = 0
    revision: int = 0

    @property
    def ends_by(self) -> datetime:
        """When it is over in any case."""
        return self.started_at + ENDS_AFTER

    @property
    def state(self) -> ValidationState:
        """How it stands as a whole."""
        if self.ended_at is None:
            return ValidationState.RUNNING
        failed = any(check.state is CheckState.FAILED for check in self.checks)
        return ValidationState.FAILED if failed else ValidationState.PASSED

    @property
    def next_check(self) -> CheckId | None:
        """The check that comes next, or is being made; ``None`` after the last."""
        return next((check.id for check in self.checks if not check.is_over), None)

    @property
    def left(self) -> tuple[Trial, ...]:
        """What may still be at Zoom."""
        return tuple(trial for trial in self.trials if not trial.is_gone)

    @property
    def made(self) -> tuple[Trial, ...]:
        """What is known to be at Zoom."""
        return tuple(trial for trial in self.trials if trial.is_made)

    def check(self, check_id: CheckId) -> Check:
        """One of the checks."""
        return next(check for check in self.checks if check.id is check_id)

    def trial(self, kind: Kind) -> Trial | None:
        """The trial session of a kind, if one was begun."""
        return next((trial for trial in self.trials if trial.kind is kind), None)

    def found(self, check_id: CheckId, finding: CheckFinding) -> Validation:
        """The same with what a check came to."""
        said = Check(id=check_id, state=finding.state, detail=finding.detail, remedy=finding.remedy)
        checks = tuple(said if check.id is check_id else check for check in self.checks)
        return self.model_copy(update={"checks": checks})

    def with_trial(self, trial: Trial) -> Validation:
        """The same with a trial session, in place of what was known of it."""
        others = tuple(each for each in self.trials if each.kind is not trial.kind)
        return self.model_copy(update={"trials": (*others, trial)})

    def without_host(self) -> Validation:
        """The same without the host's address, which is not kept longer than it is needed."""
        return self.model_copy(update={"host_email": None})

    def as_of(self, now: datetime) -> Validation:
        """The same as it stands at a moment: once its time is over, it has ended."""
        if self.ended_at is not None or now < self.ends_by:
            return self
        ended, here = self.model_copy(update={"ended_at": self.ends_by}), self.next_check
        for check in self.checks:
            if check.id is CheckId.CLEANUP and not check.is_over:
                ended = ended.found(check.id, _NOT_CLEANED if self.left else NOTHING_LEFT)
            elif not check.is_over:
                ended = ended.found(check.id, _INTERRUPTED if check.id is here else _NOT_BEGUN)
        return ended


_AGAIN = "Run the self-test again; if it is interrupted again, the operators find why in the logs."
_INTERRUPTED = CheckFinding(
    state=CheckState.FAILED, detail="The self-test was interrupted here.", remedy=_AGAIN
)
_NOT_BEGUN = CheckFinding(
    state=CheckState.SKIPPED, detail="Not tried: the self-test was interrupted.", remedy=_AGAIN
)
_NOT_CLEANED = CheckFinding(
    state=CheckState.FAILED,
    detail="The self-test was interrupted before it had deleted what it made at Zoom.",
    remedy="Nothing to do: Lectern's background sweep deletes it within minutes.",
)
NOTHING_LEFT = CheckFinding(
    state=CheckState.PASSED, detail="Nothing of the self-test is left at Zoom."
)
