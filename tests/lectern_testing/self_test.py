"""The self-test of a connection on a stage, with the line by which Zoom's webhooks come."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from lectern.domain.settings import Connection, Features, Settings
from lectern.domain.validation import Check, CheckId, Validation
from lectern.domain.webhook_secrets import with_secret
from lectern.store.validations import ValidationStore
from lectern.validation.cleaning import LateCleaning
from lectern.validation.run import ValidationDependencies, ZoomApp
from lectern.validation.tasks import TASK
from lectern.zoom.meter import Meter, MeteredSession
from lectern_testing.on_stage.webhook_line import ZoomLine
from lectern_testing.stage import Stage

HOST = "wanda@acme.example"
"""Who can host meetings and webinars."""

A_TASK = timedelta(seconds=1)
"""About what one takes, which costs no time on the stage."""

BOTH = Features(meetings=True, webinars=True)


class SelfTest:
    """A self-test on a stage: webhooks come whenever it waits, and before each task.

    Attributes:
        stage: The stage.
        line: Where Zoom's webhooks go.
        delivers: Whether they go there at all.
        validations: The stored self-tests.
        dependencies: What they reach the world with.
    """

    def __init__(self, stage: Stage, *, was_revision: int = 0, **settings: Any) -> None:
        self.stage = stage
        self.delivers = True
        chosen = Settings(**{"features": BOTH, **settings})
        stage.settings.put(chosen, was_revision=was_revision)
        self.line = ZoomLine(stage)
        self.set_webhook_secret(stage.world.seed.credentials.webhook_secret_token)
        self.validations = ValidationStore(stage.table)
        self.dependencies = ValidationDependencies(
            validations=self.validations,
            settings=stage.settings,
            scopes=stage.scopes,
            events=stage.events,
            answers=stage.dependencies.answers,
            budgets=stage.budgets,
            app=self._app,
            now=stage.clock.now,
        )
        stage.functions["validation"] = lambda payload: TASK.validate_python(payload).run(
            self.dependencies
        )
        stage.before_task = lambda _payload: self.pass_time()

    def set_webhook_secret(self, secret: str | None, *, forget: bool = True) -> None:
        """Enters a webhook secret; the former one counts on unless it is forgotten."""
        now, connection = self.stage.clock.now(), self.stage.settings.connection("default")
        assert connection is not None
        changed = connection.model_copy(
            update={
                "webhook_secret_changed_at": now if secret else None,
                "credentials_version": connection.credentials_version + 1,
            }
        )
        self.stage.settings.put_connection(changed, was_version=connection.credentials_version)
        self.line.stored = with_secret(None if forget else self.line.stored, "default", secret, now)

    def change_connection(self, **changes: Any) -> None:
        """Enters other credentials; a secret is changed in Zoom instead."""
        connection = self.stage.settings.connection("default")
        assert connection is not None
        version = connection.credentials_version
        changed = connection.model_copy(update={**changes, "credentials_version": version + 1})
        self.stage.settings.put_connection(changed, was_version=version)

    def start(self, host: str | None = HOST) -> str:
        """Stores a self-test as the API does."""
        validation = Validation(
            validation_id=uuid.uuid4().hex,
            connection="default",
            host_email=host,
            started_at=self.stage.clock.now(),
        )
        return self.validations.start(validation, self.stage.clock.now())

    def validate(self, name: str) -> str:
        """Has the state machine make a self-test, and returns how the execution ended."""
        return self.stage.machines.run("validation", name, {"validation_id": name})

    def run(self, host: str | None = HOST) -> Validation:
        """A whole self-test, as it is at its end."""
        name = self.start(host)
        assert self.validate(name) == "SUCCEEDED"
        return self.get(name)

    def get(self, name: str) -> Validation:
        """The self-test as the API shows it now."""
        validation = self.validations.get(name)
        assert validation is not None
        return validation.as_of(self.stage.clock.now())

    def sweep(self) -> int:
        """What the background sweep does for self-tests."""
        return LateCleaning(self.dependencies).run()

    def calls(self) -> int:
        """How many calls came to Zoom, token requests included."""
        return len(self.stage.world.calls.since(0))

    def left(self) -> list[Any]:
        """What is at Zoom."""
        return list(self.stage.open_meetings().values())

    def seconds(self, validation: Validation) -> float:
        """How long a self-test took."""
        ended: datetime | None = validation.ended_at
        assert ended is not None
        return (ended - validation.started_at).total_seconds()

    def _app(self, connection: Connection, meter: Meter) -> ZoomApp:
        session = MeteredSession(self.stage.session, meter)
        return ZoomApp(*self.stage.account_by(connection, session))

    def pass_time(self) -> None:
        """What goes by before a task: a little time, and what Zoom has to tell."""
        self.stage.clock.advance(A_TASK)
        if self.delivers:
            self.line.deliver()


def states(validation: Validation) -> dict[str, str]:
    """How each check stands."""
    return {check.id.value: check.state.value for check in validation.checks}


def failures(validation: Validation) -> dict[str, Check]:
    """The checks that failed."""
    return {check.id.value: check for check in validation.checks if check.state == "failed"}


def check(validation: Validation, name: str) -> Check:
    """One of the checks."""
    return validation.check(CheckId(name))
