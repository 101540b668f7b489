"""The API as an LMS sees it, over a stage's table and with the stage's Zoom account behind it."""

from __future__ import annotations

from datetime import datetime

from lectern.domain.settings import Connection
from lectern.sync.precheck import Precheck
from lectern.zoom.account import ZoomAccount
from lectern_testing.lms.api import ApiParts, Lms
from lectern_testing.stage import Stage


class PartsOnStage(ApiParts):
    """The parts of the API over a stage's table, with its simulated Zoom account."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage.events._table, stage.secrets)
        self._stage = stage

    def now(self) -> datetime:
        return self._stage.clock.now()

    def zoom_account(self, connection: Connection) -> ZoomAccount:  # type: ignore[override]
        return self._stage.dependencies.zoom(connection)

    def precheck(self) -> Precheck:
        stage = self._stage
        return Precheck(
            events=stage.events,
            settings=stage.settings,
            answers=stage.dependencies.answers,
            budgets=stage.budgets,
            zoom=stage.dependencies.zoom,
            plan=lambda _name: self.limits.plan(),
            now=stage.clock.now,
        )


def lms_on(stage: Stage) -> Lms:
    """An LMS whose events the stage synchronises."""
    return Lms(PartsOnStage(stage), None)
