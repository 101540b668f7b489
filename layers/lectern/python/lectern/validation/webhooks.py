"""The check of webhooks: do those of the trial sessions arrive, signed by the known secret."""

from __future__ import annotations

from lectern.domain.meeting import Kind
from lectern.domain.validation import DELIVERED_WITHIN, CheckFinding
from lectern.domain.validation_findings import (
    SECRET_REMEDY,
    SUBSCRIPTIONS_PAGE,
    failed,
    passed,
    skipped,
)
from lectern.validation.run import CheckWaits, ValidationRun


def check_webhooks(run: ValidationRun) -> CheckFinding | CheckWaits:
    """Waits for deliveries of each kind of trial session, and looks who signed them."""
    kinds = [trial.kind for trial in run.validation.made]
    if not kinds:
        return skipped("Not tried: there is no trial meeting or webinar that Zoom could tell of.")
    if run.connection is None or run.connection.webhook_secret_changed_at is None:
        detail = "No webhook secret token is entered for this connection, so none is accepted."
        return failed(detail, SECRET_REMEDY)
    name = run.validation.connection
    deliveries = run.dependencies.validations.deliveries(run.validation.validation_id)
    foreign = [kind for kind in kinds if deliveries[kind] - {name}]
    if foreign:
        detail = (
            f"Zoom's deliveries of the {_named(foreign)} arrive, signed with another secret than "
            "the one that this connection has now."
        )
        return failed(detail, SECRET_REMEDY)
    silent = [kind for kind in kinds if not deliveries[kind]]
    if not silent:
        return passed()
    return run.look_again(DELIVERED_WITHIN) or _undelivered(silent, kinds)


def _undelivered(silent: list[Kind], kinds: list[Kind]) -> CheckFinding:
    seconds = int(DELIVERED_WITHIN.total_seconds())
    addresses = " and ".join(f"/webhook/zoom-{kind}" for kind in silent)
    heard = [kind for kind in kinds if kind not in silent]
    detail = f"No delivery of the {_named(silent)} arrived within {seconds} seconds."
    if heard:
        detail += f" Those of the {_named(heard)} did: only one of the two addresses is told."
    events = " and ".join(f"{kind}.*" for kind in silent)
    remedy = (
        f"Subscribe to all events of {events} in {SUBSCRIPTIONS_PAGE}, with the address of Lectern "
        f"that ends in {addresses}, and press Validate there."
    )
    return failed(detail, remedy)


def _named(kinds: list[Kind]) -> str:
    return " and the ".join(f"trial {kind}" for kind in kinds)
