"""The table of checks: what makes each, and what has to hold before it makes sense to try."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from lectern.domain.errors import CallsUsedUp, ZoomError
from lectern.domain.validation import CheckFinding, CheckId, CheckState
from lectern.domain.validation_findings import skipped, used_up
from lectern.validation import accounts, sessions, webhooks
from lectern.validation.cleaning import check_cleanup
from lectern.validation.run import CheckWaits, ValidationRun

_CHECKS: Mapping[CheckId, Callable[[ValidationRun], CheckFinding | CheckWaits]] = MappingProxyType(
    {
        CheckId.CREDENTIALS: accounts.check_credentials,
        CheckId.SCOPES: accounts.check_scopes,
        CheckId.PLAN: accounts.check_plan,
        CheckId.HOST: accounts.check_host,
        CheckId.CREATION: sessions.check_creation,
        CheckId.WEBINAR: sessions.check_webinar,
        CheckId.PARTICIPANTS: sessions.check_participants,
        CheckId.JOIN: sessions.check_join,
        CheckId.UPDATES: sessions.check_updates,
        CheckId.ACCESS: sessions.check_access,
        CheckId.WEBHOOKS: webhooks.check_webhooks,
        CheckId.EMAILS: sessions.check_emails,
        CheckId.LIMITS: accounts.check_limits,
        CheckId.CLEANUP: check_cleanup,
    }
)

_NEEDS: Mapping[CheckId, CheckId] = MappingProxyType(
    {
        CheckId.SCOPES: CheckId.CREDENTIALS,
        CheckId.PLAN: CheckId.CREDENTIALS,
        CheckId.HOST: CheckId.CREDENTIALS,
        CheckId.CREATION: CheckId.HOST,
        CheckId.WEBINAR: CheckId.HOST,
    }
)
"""What has to have passed; the checks after these need a trial session, and look for one."""


def make_check(run: ValidationRun, check_id: CheckId) -> CheckFinding | CheckWaits:
    """Makes a check, or says why it cannot be tried.

    Raises:
        ZoomRateLimited: To be tried again a little later.
        ZoomUnavailable: Likewise.
    """
    needed = _NEEDS.get(check_id)
    if needed is not None and run.validation.check(needed).state is not CheckState.PASSED:
        return skipped(f"Not tried: it needs what the check “{needed.heading}” did not find.")
    try:
        return _CHECKS[check_id](run)
    except CallsUsedUp:
        return used_up()
    except ZoomError as error:
        return run.refused(error)
