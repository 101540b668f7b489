"""Deletes what a self-test made at Zoom: at its end, or by the sweep where it came to none."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from lectern.domain.errors import (
    CallsUsedUp,
    Conflict,
    LecternError,
    ZoomCredentialsInvalid,
    ZoomError,
    ZoomRateLimited,
    ZoomUnavailable,
)
from lectern.domain.validation import (
    KEPT_FOR,
    NOTHING_LEFT,
    CheckFinding,
    CheckId,
    Trial,
    Validation,
)
from lectern.domain.validation_findings import failed, used_up
from lectern.validation.run import CheckWaits, ValidationDependencies, ValidationRun
from lectern.validation.trial_sessions import delete_trial, shows_all
from lectern.zoom.account import ZoomAccount
from lectern.zoom.meter import Meter

_FIRST_PAUSE = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(hours=6)
_CALLS_AT_ONCE = 12
_SECONDS_AT_ONCE = 45.0
"""What the sweep may use for one self-test, so that one account does not keep it from others."""


def check_cleanup(run: ValidationRun) -> CheckFinding | CheckWaits:
    """Deletes all that the self-test made; what an unclear creation made is waited for.

    Raises:
        ZoomRateLimited: Something is left, and may be deleted a little later.
        ZoomUnavailable: Likewise.
    """
    if not all(shows_all(trial, run.now()) for trial in run.validation.left):
        return CheckWaits(seconds=5)
    failures: list[CheckFinding] = []
    passing: ZoomError | None = None
    for trial in run.validation.left:
        try:
            run.keep(delete_trial(run.app.account, trial))
        except (ZoomRateLimited, ZoomUnavailable) as error:
            passing = error
        except ZoomError as error:
            failures.append(_not_deleted(trial, run.refused(error)))
        except CallsUsedUp:
            failures.append(_not_deleted(trial, used_up()))
    if passing is not None:
        raise passing
    return failures[0] if failures else NOTHING_LEFT


def not_cleaned(validation: Validation, why: CheckFinding) -> CheckFinding:
    """That something kept Zoom from deleting what may still be there."""
    return _not_deleted(validation.left[0], why) if validation.left else why


def _not_deleted(trial: Trial, why: CheckFinding) -> CheckFinding:
    detail = (
        f"The trial {trial.kind} “{trial.spec.topic}” may still be at Zoom. {why.detail} Lectern's "
        "background sweep goes on trying."
    )
    by_hand = f"Or delete it by hand: Zoom's web portal > {trial.kind.value.capitalize()}s."
    return failed(detail, f"{why.remedy or ''} {by_hand}".strip())


def with_cleaning_due(validation: Validation, now: datetime) -> Validation:
    """The same with when the sweep has to delete what is left, if anything is.

    An unclear creation is looked after once more in any case, since Zoom's lists lag behind.
    """
    in_doubt = validation.cleanings == 0 and any(not each.is_clear for each in validation.trials)
    too_late = validation.started_at + KEPT_FOR <= now
    pause = min(_FIRST_PAUSE * 2**validation.cleanings, _LONGEST_PAUSE)
    is_due = (validation.left or in_doubt) and not too_late
    return validation.model_copy(update={"clean_at": now + pause if is_due else None})


class LateCleaning:
    """Ends the self-tests that nobody ended, and deletes what was left at Zoom.

    Args:
        dependencies: What the world is reached with.
    """

    def __init__(self, dependencies: ValidationDependencies) -> None:
        self._dependencies = dependencies

    def run(self) -> int:
        """Does what is due; one self-test does not hold up another.

        Returns:
            How many self-tests that were.
        """
        due = list(self._dependencies.validations.due(self._dependencies.now()))
        for validation in due:
            self._finish(validation)
        return len(due)

    def _finish(self, validation: Validation) -> None:
        now = self._dependencies.now()
        ended = validation.as_of(now)
        trials = tuple(self._deleted(ended, trial) for trial in ended.trials)
        cleaned = ended.model_copy(update={"trials": trials, "cleanings": ended.cleanings + 1})
        if not cleaned.left and ended.left:
            cleaned = cleaned.found(CheckId.CLEANUP, _cleaned_late(cleaned))
        with suppress(Conflict):  # Another sweep is at it as well.
            self._dependencies.validations.save(with_cleaning_due(cleaned.without_host(), now))

    def _deleted(self, validation: Validation, trial: Trial) -> Trial:
        if trial.is_gone and trial.is_clear:
            return trial
        try:
            return delete_trial(self._account(validation), trial)
        except LecternError:
            return trial

    def _account(self, validation: Validation) -> ZoomAccount:
        connection = self._dependencies.settings.connection(validation.connection)
        if connection is None:
            raise ZoomCredentialsInvalid("connect")
        return self._dependencies.app(connection, _meter(self._dependencies.now)).account


def _cleaned_late(validation: Validation) -> CheckFinding:
    was = validation.check(CheckId.CLEANUP)
    detail = f"{was.detail or ''} It has been deleted by the background sweep since.".strip()
    return CheckFinding(state=was.state, detail=detail, remedy="Nothing to do.")


def _meter(now: Callable[[], datetime]) -> Meter:
    left, until = [None] * _CALLS_AT_ONCE, now() + timedelta(seconds=_SECONDS_AT_ONCE)

    def take() -> bool:
        return bool(left) and left.pop() is None

    return Meter(take, until, now)
