"""The steps of rounds on a stage, before each of which a test may interfere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol
from unittest.mock import patch

from lectern.sync import rounds
from lectern.sync.reconciliation import Reconciliation
from lectern.sync.rounds import Progress, Result, Step


class Interferes(Protocol):
    """What comes before a step."""

    def step(self, step: str, owner: str) -> None:
        """Is told of the step, and of the execution whose it is."""


@contextmanager
def steps_of(stage: Interferes) -> Iterator[None]:
    """Rounds tell a stage of each step before it is done."""

    def hooked(step: Step, done: rounds.DoStep) -> rounds.DoStep:
        def told(work: Reconciliation, progress: Progress) -> Progress | Result:
            stage.step(step, work.lease.owner)
            return done(work, progress)

        return told

    steps = {step: hooked(step, done) for step, done in rounds.STEPS.items()}
    with patch.object(rounds, "STEPS", steps):
        yield
