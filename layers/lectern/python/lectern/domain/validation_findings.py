"""What checks of a self-test come to, in plain words, and where in Zoom it is put right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType

from lectern.domain.errors import (
    ZoomCredentialsInvalid,
    ZoomDailyLimit,
    ZoomError,
    ZoomRateLimited,
    ZoomScopeMissing,
    ZoomUnavailable,
)
from lectern.domain.problems import EventProblem, Problem
from lectern.domain.validation import CheckFinding, CheckState
from lectern.domain.zoom_refusals import is_domain_blocked, problem_of_event, zoom_said
from lectern.domain.zoom_words import told

_APP = "Zoom App Marketplace > Manage > the Server-to-Server OAuth app"
_PORTAL = "Zoom's web portal"
_HOST_PAGE = f"{_PORTAL} > User Management > Users > the host"

CREDENTIALS_REMEDY = (
    f"Open {_APP} > App Credentials, and enter account id, client id and client secret as they "
    "stand there in Lectern's settings."
)
ACTIVATION_REMEDY = f"Activate the app: {_APP} > Activation."
SCOPES_REMEDY = (
    f"Add what is missing: {_APP} > Scopes > Add Scopes. Lectern notices it by itself; run the "
    "self-test again to be sure."
)
PLAN_REMEDY = (
    f"Look at the plan in {_PORTAL} > Account Management > Billing, and buy what is missing, or "
    "switch it off in Lectern's settings (features)."
)
REGISTRATION_REMEDY = (
    f"Allow and unlock registration: {_PORTAL} > Account Management > Account Settings > Meeting, "
    "and look whether a group of the host's forbids it (User Management > Groups)."
)
BLOCKED_REMEDY = (
    f"Look at {_PORTAL} > Account Management > Account Settings > Security > Block users in "
    "specific domains from joining meetings and webinars, and take the domains of your people off."
)
EMAILS_REMEDY = (
    f"Unlock Zoom's e-mails: {_PORTAL} > Account Management > Account Settings > Email "
    "Notification (for webinars also Webinar Settings)."
)
SETTINGS_REMEDY = (
    f"Unlock it in {_PORTAL} > Account Management > Account Settings > Meeting if it matters."
)
SUBSCRIPTIONS_PAGE = f"{_APP} > Feature > Event Subscriptions"
SECRET_REMEDY = (
    f"Copy the Secret Token from {_APP} > Feature > Token into Lectern's settings "
    "(webhook_secret_token)."
)
LIMIT_REMEDY = (
    "Nothing to do: Lectern goes on by itself then. What other apps use of the account's limits "
    "stands in Zoom App Marketplace > Manage > Call Logs."
)
HOST_REMEDY = f"Choose another host for the self-test, or look at {_HOST_PAGE}."
AGAIN_REMEDY = (
    "Run the self-test again in a while. Zoom's status page (status.zoom.us) tells about outages."
)
FAULT_REMEDY = "Run the self-test again; if it stops again, the operators find why in the logs."

PASSCODE_REMEDY = (
    f"Look at {_PORTAL} > Account Management > Account Settings > Security > Passcode requirement: "
    "Zoom's API takes passcodes of up to 10 letters, digits and @ - _ *."
)

_REMEDIES: Mapping[EventProblem, str] = MappingProxyType(
    {
        EventProblem.HOST_NOT_IN_ZOOM: (
            f"Look at {_PORTAL} > User Management > Users: add the host there under the address "
            "that the LMS uses, have the invitation accepted (tab Pending), activate the user, or "
            "choose another host."
        ),
        EventProblem.HOST_NOT_LICENSED: (
            f"Give the host a licence: {_HOST_PAGE} > Edit > User Type: Licensed. Or choose "
            "another host."
        ),
        EventProblem.WEBINAR_NOT_LICENSED: (
            f"Give the host Zoom Webinars: {_HOST_PAGE} > Edit > Licenses > Zoom Webinars. Or "
            "choose another host, or switch webinars off in Lectern's settings."
        ),
        EventProblem.CAPACITY_REACHED: (
            f"Give the host a larger licence: {_HOST_PAGE} > Edit > Licenses > Zoom Webinars."
        ),
        EventProblem.PASSCODE_REFUSED: PASSCODE_REMEDY,
        EventProblem.REGISTRATION_OFF: REGISTRATION_REMEDY,
        EventProblem.REGISTRATION_QUESTIONS: (
            f"Make the questions of the registration form optional: {_PORTAL} > Meetings (or "
            "Webinars) > Templates, and there Registration > Edit > Questions."
        ),
        EventProblem.REJECTED: (
            f"Change what Zoom names; settings of the account stand in {_PORTAL} > Account "
            "Management > Account Settings."
        ),
    }
)


def passed(*notes: str, remedy: str | None = None) -> CheckFinding:
    """A check that holds, with what there is to say of it."""
    return CheckFinding(state=CheckState.PASSED, detail=_sentences(notes), remedy=remedy)


def failed(detail: str, remedy: str) -> CheckFinding:
    """A check that does not hold."""
    return CheckFinding(state=CheckState.FAILED, detail=detail, remedy=remedy)


def skipped(reason: str, remedy: str | None = None) -> CheckFinding:
    """A check that could not be tried, or has nothing to try."""
    return CheckFinding(state=CheckState.SKIPPED, detail=reason, remedy=remedy)


def of_problem(problem: Problem, *notes: str) -> CheckFinding:
    """What would be a problem of an event."""
    detail = _sentences((problem.message, *notes)) or problem.message
    return failed(detail, _REMEDIES.get(problem.code, problem.remedy))


def of_error(error: ZoomError, *notes: str) -> CheckFinding:
    """What kept Zoom from doing what a check tried."""
    match error:
        case ZoomCredentialsInvalid():
            return _of_credentials(error)
        case ZoomScopeMissing(scopes=scopes):
            detail = f"Zoom refused it, since the app lacks a scope: {', '.join(scopes)}."
            return failed(detail, SCOPES_REMEDY)
        case ZoomDailyLimit(resume_at=resume_at):
            return skipped(f"Not tried: {limit_met(resume_at)} See the check of the limits.")
        case ZoomRateLimited():
            return failed(
                "Zoom takes no more calls of this account at this moment; other apps may be "
                "calling it too.",
                AGAIN_REMEDY,
            )
        case ZoomUnavailable():
            return failed("Zoom does not answer.", AGAIN_REMEDY)
    if is_domain_blocked(error):
        said = _sentences(("The account blocks an e-mail domain.", *notes, zoom_said(error)))
        return failed(said or "", BLOCKED_REMEDY)
    problem = problem_of_event(error)
    if problem is None:
        return failed(zoom_said(error), FAULT_REMEDY)
    return of_problem(problem, *notes)


def of_fault(error: str) -> CheckFinding:
    """A check that went wrong again and again, by the name of what was raised last."""
    known = {"ZoomRateLimited": ZoomRateLimited, "ZoomSlotReserved": ZoomRateLimited}
    if error in known:
        return of_error(known[error](error))
    if error == ZoomUnavailable.__name__:
        return of_error(ZoomUnavailable(error, unclear=True))
    return failed("The check stopped with an unexpected fault.", FAULT_REMEDY)


def used_up() -> CheckFinding:
    """A check that was begun, and for which too few calls or too little time were left."""
    return failed(
        "Zoom took so long, or refused so often, that the calls or the time of the self-test did "
        "not suffice.",
        AGAIN_REMEDY,
    )


def limit_met(until: datetime) -> str:
    """That one of Zoom's limits of the day is used up."""
    when = until.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"One of Zoom's daily limits is used up, until {when}."


def _of_credentials(error: ZoomError) -> CheckFinding:
    said = told(error.zoom_message)
    words = said.casefold()
    quoted = f"Zoom says: {said}" if said else f"Zoom answers HTTP {error.status}."
    if any(each in words for each in _DEACTIVATED):
        return failed(f"The app is not activated in Zoom. {quoted}", ACTIVATION_REMEDY)
    if "client" in words:
        detail = f"Zoom does not accept the client id or the client secret. {quoted}"
    elif said:
        detail = f"Zoom knows the app, but not with this account id. {quoted}"
    else:
        detail = f"Zoom does not accept the credentials. {quoted}"
    return failed(detail, f"{CREDENTIALS_REMEDY} {ACTIVATION_REMEDY}")


_DEACTIVATED = ("disabled", "deactivated", "not activated", "not active", "inactive", "suspended")
"""Zoom: its OAuth errors 4717, 4738 and their like; the words differ."""


def together(findings: Sequence[CheckFinding]) -> CheckFinding:
    """What several tries of one check come to: the worst of them, with all that is to say of it."""
    worst = next(state for state in _WORST_FIRST if any(each.state is state for each in findings))
    telling = [each for each in findings if each.state is worst]
    details, remedies = (
        dict.fromkeys(text for each in telling if (text := getattr(each, name)))
        for name in ("detail", "remedy")
    )
    return CheckFinding(state=worst, detail=_sentences(details), remedy=_sentences(remedies))


_WORST_FIRST = (CheckState.FAILED, CheckState.SKIPPED, CheckState.PASSED)


def _sentences(notes: Iterable[str]) -> str | None:
    return " ".join(note for note in notes if note) or None
