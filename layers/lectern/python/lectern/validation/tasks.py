"""The tasks of the validation state machine: a model in, a model out, typed errors.

Every task can be repeated at any time: it goes on with the check that is not over yet.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from lectern.domain.model import DomainModel
from lectern.domain.validation import (
    NO_CHECK_AFTER,
    CheckFinding,
    CheckId,
    CheckState,
    Validation,
)
from lectern.domain.validation_findings import AGAIN_REMEDY, of_fault, skipped, used_up
from lectern.validation.accounts import check_scopes
from lectern.validation.checks import make_check
from lectern.validation.cleaning import not_cleaned, with_cleaning_due
from lectern.validation.run import CheckWaits, ValidationDependencies, ValidationRun


class ValidationStep(DomainModel):
    """What comes next.

    Attributes:
        outcome: ``next`` check, ``wait`` before the same one goes on, or ``done``.
        wait_seconds: How long to wait.
    """

    outcome: Literal["next", "wait", "done"]
    wait_seconds: int = 0


_NEXT, _DONE = ValidationStep(outcome="next"), ValidationStep(outcome="done")


class ValidationTask(DomainModel):
    """What every task is told.

    Attributes:
        validation_id: The self-test.
    """

    validation_id: str

    def run(self, dependencies: ValidationDependencies) -> ValidationStep:
        """Does the task, unless the self-test has ended."""
        validation = dependencies.validations.get(self.validation_id)
        if validation is None or validation.as_of(dependencies.now()).ended_at is not None:
            return _DONE
        check_id = validation.next_check
        return (
            _DONE
            if check_id is None
            else self.do(ValidationRun(dependencies, validation), check_id)
        )

    @abstractmethod
    def do(self, run: ValidationRun, check_id: CheckId) -> ValidationStep:
        """What the task is about."""


class CarryOn(ValidationTask):
    """Makes the next check, or goes on with it."""

    task: Literal["carry_on"]

    def do(self, run: ValidationRun, check_id: CheckId) -> ValidationStep:
        """Notes that the check is made, makes it, and notes what it came to."""
        is_late = run.now() >= run.validation.started_at + NO_CHECK_AFTER
        if is_late and check_id in _IN_TIME:
            run.save(_without_late_checks(run.validation))
            return _NEXT
        _begin(run, check_id)
        made = make_check(run, check_id)
        if isinstance(made, CheckWaits):
            return ValidationStep(outcome="wait", wait_seconds=made.seconds)
        return _note(run, check_id, made)


class NoteFault(ValidationTask):
    """Notes of the check that is being made that it failed again and again."""

    task: Literal["note_fault"]
    error: str

    def do(self, run: ValidationRun, check_id: CheckId) -> ValidationStep:
        """What failed is told, and the other checks go on."""
        why = of_fault(self.error)
        cleans = check_id is CheckId.CLEANUP
        return _note(run, check_id, not_cleaned(run.validation, why) if cleans else why)


_TOO_LATE = skipped("Not tried: the self-test had no time left for it.", AGAIN_REMEDY)
_IN_TIME = frozenset(CheckId) - {CheckId.LIMITS, CheckId.CLEANUP}
"""What is not begun late; the others take no time, or have to be done."""


def _without_late_checks(validation: Validation) -> Validation:
    """The same without the checks that are not begun any more; what is begun took too long."""
    for check in validation.checks:
        if check.id in _IN_TIME and not check.is_over:
            begun = check.state is CheckState.RUNNING
            validation = validation.found(check.id, used_up() if begun else _TOO_LATE)
    return validation


def _begin(run: ValidationRun, check_id: CheckId) -> None:
    if run.validation.check(check_id).state is CheckState.PENDING:
        running = run.validation.found(check_id, CheckFinding(state=CheckState.RUNNING))
        run.save(running.model_copy(update={"check_began_at": run.now()}))


def _note(run: ValidationRun, check_id: CheckId, finding: CheckFinding) -> ValidationStep:
    validation = run.validation.found(check_id, finding)
    if validation.next_check is not None:
        run.save(validation)
        return _NEXT
    run.save(_ended(run, validation))
    return _DONE


def _ended(run: ValidationRun, validation: Validation) -> Validation:
    """The self-test at its end: with the scopes whose lack only the other checks showed."""
    now = run.now()
    if validation.check(CheckId.CREDENTIALS).state is CheckState.PASSED:
        validation = validation.found(CheckId.SCOPES, check_scopes(run))
    ended = validation.model_copy(update={"ended_at": now}).without_host()
    return with_cleaning_due(ended, now)


AnyTask = Annotated[CarryOn | NoteFault, Field(discriminator="task")]

TASK: TypeAdapter[AnyTask] = TypeAdapter(AnyTask)
"""Reads a task from what the state machine sends."""
