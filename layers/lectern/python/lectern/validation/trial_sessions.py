"""Trial sessions: made so that each is deleted again, whatever becomes of the self-test."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta

from lectern.domain.errors import (
    ZoomError,
    ZoomNotFound,
    ZoomRejected,
    ZoomUnavailable,
)
from lectern.domain.meeting import Kind, MeetingSpec
from lectern.domain.passcode import PasscodeRule, new_passcode
from lectern.domain.settings import Settings
from lectern.domain.trials import trial_topic, validation_of
from lectern.domain.validation import Trial
from lectern.domain.zoom_refusals import Meaning, is_in_progress, reading_of
from lectern.validation.run import SHOWN_WITHIN, ValidationRun
from lectern.zoom.account import ZoomAccount

_LEAD = timedelta(days=1)
_MINUTE = 13
"""At which events are seldom planned, so that nobody takes a trial session for one of theirs."""

_MINUTES = 30
_MARK_LENGTH = 16


def new_spec(validation_id: str, settings: Settings, now: datetime) -> MeetingSpec:
    """What a trial session is like."""
    return MeetingSpec(
        topic=trial_topic(validation_id),
        starts_at=(now + _LEAD).replace(minute=_MINUTE, second=0, microsecond=0),
        duration_minutes=_MINUTES,
        timezone="UTC",
        passcode=new_passcode(),
        zoom_emails=settings.emails.zoom_emails,
    )


def link_mark(link: str) -> str:
    """What tells a link from another one, and lets nobody in."""
    return hashlib.sha256(link.encode()).hexdigest()[:_MARK_LENGTH] if link else ""


def make_trial(run: ValidationRun, kind: Kind) -> tuple[Trial, PasscodeRule | None]:
    """Makes a trial session, with another passcode where the account does not take the first.

    Returns:
        The session, and the account's rule for passcodes where that was met.

    Raises:
        ZoomError: Zoom did not make it.
    """
    spec = new_spec(run.validation.validation_id, run.settings, run.now())
    try:
        return _create(run, kind, spec), None
    except ZoomRejected as error:
        if reading_of(error).meaning is not Meaning.PASSCODE:
            raise
    rule = run.desk.rule_to_try(run.validation.host_id)
    return _create(run, kind, spec.model_copy(update={"passcode": new_passcode(rule)})), rule


def _create(run: ValidationRun, kind: Kind, spec: MeetingSpec) -> Trial:
    """Creates a session; that it may be there is written down before it is."""
    host_id, before = run.validation.host_id, run.validation.trial(kind)
    was_clear, tries = (before.is_clear, before.tries + 1) if before else (True, 1)
    trial = run.keep(
        Trial(
            kind=kind,
            host_id=host_id,
            spec=spec,
            begun_at=run.now(),
            tries=tries,
            is_clear=False,
        )
    )
    try:
        answer = run.sessions(kind).create(host_id, spec)
    except (ZoomNotFound, ZoomRejected):
        # One answer is no proof: the cleaning looks whether something was made all the same.
        raise
    except ZoomError as error:
        if was_clear and not (isinstance(error, ZoomUnavailable) and error.unclear):
            # Tokens, scopes and limits are looked at before anything is made.
            run.keep(trial.model_copy(update={"is_clear": True, "is_gone": True}))
        raise
    return run.keep(trial.model_copy(update={"zoom_id": answer.id, "is_clear": was_clear}))


def find_trial(run: ValidationRun, trial: Trial) -> Trial | None:
    """The session that an unclear creation made, if Zoom shows it; another one stays in doubt."""
    found = _listed(run.app.account, trial)
    return run.keep(trial.model_copy(update={"zoom_id": found[0]})) if found else None


def delete_trial(account: ZoomAccount, trial: Trial) -> Trial:
    """Deletes a trial session with the people in it, and what else its creation may have made.

    Raises:
        ZoomError: It may still be there.
    """
    for zoom_id in _to_delete(account, trial):
        _delete(account, trial.kind, zoom_id)
    return trial.model_copy(update={"is_gone": True})


def shows_all(trial: Trial, now: datetime) -> bool:
    """Whether Zoom's lists have whatever the creation made by now."""
    return trial.is_clear or trial.begun_at + SHOWN_WITHIN <= now


def _to_delete(account: ZoomAccount, trial: Trial) -> Iterator[str]:
    if trial.zoom_id is not None:
        yield trial.zoom_id
    if not trial.is_clear:
        yield from (each for each in _listed(account, trial) if each != trial.zoom_id)


def _delete(account: ZoomAccount, kind: Kind, zoom_id: str) -> None:
    sessions = account.sessions(kind)
    try:
        sessions.delete(zoom_id, tell_people=False)
    except ZoomRejected as error:
        if not is_in_progress(error):
            raise
        # Somebody began it out of curiosity.
        sessions.put_out(zoom_id)
        sessions.delete(zoom_id, tell_people=False)


def _listed(account: ZoomAccount, trial: Trial) -> list[str]:
    """The host's sessions that are of this self-test; none where Zoom says nothing of the host."""
    ours = validation_of(trial.spec.topic)
    try:
        return account.sessions(trial.kind).about(
            trial.host_id, lambda topic: validation_of(topic.strip()) == ours
        )
    except (ZoomNotFound, ZoomRejected):
        return []
