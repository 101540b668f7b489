"""The checks that make the trial sessions, fill them, and change them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from lectern.domain.enrollment import Person
from lectern.domain.errors import ZoomError, ZoomNotFound
from lectern.domain.meeting import Kind
from lectern.domain.passcode import PasscodeRule, new_passcode
from lectern.domain.problems import EventProblem, event_problem
from lectern.domain.scope_knowledge import ScopeState
from lectern.domain.scopes import BY_NAME
from lectern.domain.trials import trial_topic
from lectern.domain.validation import MOST_TRIES, CheckFinding, Trial
from lectern.domain.validation_findings import (
    AGAIN_REMEDY,
    EMAILS_REMEDY,
    FAULT_REMEDY,
    PASSCODE_REMEDY,
    REGISTRATION_REMEDY,
    SCOPES_REMEDY,
    SETTINGS_REMEDY,
    failed,
    of_problem,
    passed,
    skipped,
    together,
)
from lectern.validation.accounts import webinar_host
from lectern.validation.run import LOOK_AGAIN, CheckWaits, ValidationRun
from lectern.validation.trial_sessions import find_trial, link_mark, make_trial, shows_all
from lectern.zoom.operations import OF_KIND

PEOPLE = tuple(
    Person(email=f"lectern-self-test@example.{domain}", first_name="Lectern", last_name="Self-test")
    for domain in ("com", "org", "net")
)
"""RFC 2606: domains that are nobody's, so that no mail reaches anybody."""

_REGISTRATION, _EMAILS = frozenset({"approval_type", "use_pmi"}), frozenset({"zoom_emails"})
_CHANGED = frozenset({"topic", "starts_at"})
_LATER = timedelta(hours=1)


def check_creation(run: ValidationRun) -> CheckFinding | CheckWaits:
    """Makes a meeting and reads it back."""
    if not run.settings.features.meetings:
        return skipped("Meetings are switched off in Lectern's settings.")
    return _make(run, Kind.MEETING)


def check_webinar(run: ValidationRun) -> CheckFinding | CheckWaits:
    """Makes a webinar and reads it back, where the feature is on and the host has webinars."""
    if not run.settings.features.webinars:
        return skipped("Webinars are switched off in Lectern's settings.")
    host = webinar_host(run)
    if host.fault is not None and not host.capacity:
        return host.fault
    made = _make(run, Kind.WEBINAR)
    if host.fault is None or isinstance(made, CheckWaits):
        return made
    return together([made, host.fault])


def _make(run: ValidationRun, kind: Kind) -> CheckFinding | CheckWaits:
    delete = BY_NAME[OF_KIND[kind].delete.scope]
    knowledge = run.dependencies.scopes.knowledge(run.validation.connection)
    if knowledge.state(delete) is ScopeState.MISSING:
        reason = f"Not tried: without the scope {delete.name} it could not be deleted again."
        return skipped(reason, SCOPES_REMEDY)
    made = _found_or_made(run, kind)
    return _read_back(run, *made) if isinstance(made, tuple) else made


def _found_or_made(
    run: ValidationRun, kind: Kind
) -> tuple[Trial, PasscodeRule | None] | CheckFinding | CheckWaits:
    """The trial session, also that of an earlier try whose answer was lost."""
    begun = run.validation.trial(kind)
    if begun is not None and begun.is_made:
        return begun, None
    if begun is not None and not begun.is_gone:
        found = find_trial(run, begun)
        if found is not None:
            return found, None
        if not shows_all(begun, run.now()):
            return LOOK_AGAIN
        if begun.tries >= MOST_TRIES:
            return failed(f"Zoom does not answer when a {kind} is made.", AGAIN_REMEDY)
    return make_trial(run, kind)


def _read_back(
    run: ValidationRun, trial: Trial, rule: PasscodeRule | None
) -> CheckFinding | CheckWaits:
    try:
        seen = run.sessions(trial.kind).read(trial.known_id)
    except ZoomNotFound:
        unseen = failed(f"Zoom made the {trial.kind}, and does not show it.", FAULT_REMEDY)
        return run.look_again() or unseen
    differing = trial.spec.differing_fields(seen.spec(trial.kind, trial.spec))
    mark = link_mark(seen.join_url)
    run.keep(trial.model_copy(update={"differing": differing, "link_mark": mark}))
    if not mark:
        return failed(f"Zoom made the {trial.kind}, and gives no link to it.", FAULT_REMEDY)
    held = sorted(differing - _REGISTRATION - _EMAILS)
    notes = [_of_passcodes(rule)] if rule else []
    notes += [f"The account holds settings of a {trial.kind} fast: {', '.join(held)}."] * bool(held)
    remedies = [PASSCODE_REMEDY] * bool(rule) + [SETTINGS_REMEDY] * bool(held)
    return passed(*notes, remedy=" ".join(remedies) or None)


def _of_passcodes(rule: PasscodeRule) -> str:
    wants = ", ".join(rule.faults(new_passcode()))
    return (
        "The account's rule for passcodes is stricter than what Lectern chooses by itself"
        f"{f' ({wants})' if wants else ''}; Lectern now chooses by that rule, and a passcode that "
        "the LMS chooses has to fit it."
    )


def check_participants(run: ValidationRun) -> CheckFinding | CheckWaits:
    """Registers trial people, singly and in a batch, and looks for them in Zoom's list."""
    return _with_each(run, _register)


def _register(run: ValidationRun, trial: Trial) -> CheckFinding | CheckWaits:
    if trial.differing & _REGISTRATION:
        return of_problem(event_problem(EventProblem.REGISTRATION_OFF))
    sessions, (first, *others) = run.sessions(trial.kind), PEOPLE
    if first.email not in trial.registrants:
        one = sessions.register(trial.known_id, first)
        trial = _with_people(run, trial, {first.email: one.registrant_id})
    if trial.kind is Kind.MEETING and len(trial.registrants) < len(PEOPLE):
        several = sessions.register_batch(trial.known_id, others, tell_people=False)
        trial = _with_people(run, trial, {each.email: each.registrant_id for each in several})
    listed = sessions.registrants(trial.known_id).registrants
    links = {each.email: each.join_url for each in listed}
    linkless = tuple(email for email in trial.registrants if not links.get(email))
    if linkless and (waits := run.look_again()):
        return waits
    run.keep(trial.model_copy(update={"linkless": linkless}))
    if trial.registrants.keys() - links.keys():
        detail = f"Zoom took trial people into the {trial.kind}, and does not list them."
        return failed(detail, REGISTRATION_REMEDY)
    return passed()


def _with_people(run: ValidationRun, trial: Trial, people: dict[str, str]) -> Trial:
    return run.keep(trial.model_copy(update={"registrants": trial.registrants | people}))


def check_join(run: ValidationRun) -> CheckFinding | CheckWaits:
    """Gets the host's start link, and looks whether those who are registered have their own."""
    return _with_each(run, _enter)


def _enter(run: ValidationRun, trial: Trial) -> CheckFinding:
    link = run.sessions(trial.kind).start_link(trial.known_id)
    if link.host_id and link.host_id != trial.host_id:
        return of_problem(event_problem(EventProblem.HOST_TRANSFERRED))
    if not trial.registrants:
        return skipped(f"The host has a start link; nobody is registered in the {trial.kind}.")
    if trial.linkless:
        detail = f"Zoom gives registrants of a {trial.kind} no join link of their own."
        return failed(detail, REGISTRATION_REMEDY)
    return passed()


def check_updates(run: ValidationRun) -> CheckFinding | CheckWaits:
    """Changes title and time, and reads whether both are changed and the link is not."""
    return _with_each(run, _change)


def _change(run: ValidationRun, trial: Trial) -> CheckFinding | CheckWaits:
    sessions, topic = run.sessions(trial.kind), _changed_topic(run)
    if trial.spec.topic != topic:
        starts_at = trial.spec.starts_at + _LATER
        spec = trial.spec.model_copy(update={"topic": topic, "starts_at": starts_at})
        sessions.update(trial.known_id, trial.host_id, spec, _CHANGED)
        trial = run.keep(trial.model_copy(update={"spec": spec}))
    seen = sessions.read(trial.known_id)
    unchanged = trial.spec.differing_fields(seen.spec(trial.kind, trial.spec)) & _CHANGED
    if unchanged:
        detail = f"Zoom took a change of the {trial.kind}, and does not show it."
        return run.look_again() or failed(detail, FAULT_REMEDY)
    if link_mark(seen.join_url) != trial.link_mark:
        return failed(f"A change of the {trial.kind} gave it another link.", FAULT_REMEDY)
    return passed()


def _changed_topic(run: ValidationRun) -> str:
    return trial_topic(run.validation.validation_id, changed=True)


def check_access(run: ValidationRun) -> CheckFinding | CheckWaits:
    """Takes a trial person's registration away, and gives it back."""
    return _with_each(run, _take_and_give)


def _take_and_give(run: ValidationRun, trial: Trial) -> CheckFinding | CheckWaits:
    sessions, person = run.sessions(trial.kind), PEOPLE[0]
    registrant_id = trial.registrants.get(person.email)
    if registrant_id is None:
        return skipped(f"Nobody is registered in the {trial.kind}.")
    sessions.remove(trial.known_id, registrant_id)
    left = sessions.registrant(trial.known_id, registrant_id)
    if left is not None and left.is_approved:
        detail = f"Zoom still has somebody whose place in the {trial.kind} was taken away."
        return run.look_again() or failed(detail, FAULT_REMEDY)
    again = sessions.register(trial.known_id, person)
    _with_people(run, trial, {person.email: again.registrant_id})
    return passed()


def check_emails(run: ValidationRun) -> CheckFinding | CheckWaits:
    """Looks whether Zoom's own e-mails are switched as the settings have it."""
    wanted = "on" if run.settings.emails.zoom_emails else "off"

    def is_as_wanted(_run: ValidationRun, trial: Trial) -> CheckFinding:
        if trial.differing & _EMAILS:
            detail = f"Zoom's e-mails of a {trial.kind} are not {wanted}, as the settings want it."
            return failed(detail, EMAILS_REMEDY)
        return passed(f"Zoom's own e-mails are {wanted}.")

    return _with_each(run, is_as_wanted)


def _with_each(
    run: ValidationRun, check: Callable[[ValidationRun, Trial], CheckFinding | CheckWaits]
) -> CheckFinding | CheckWaits:
    """What a check comes to with each of the trial sessions; one does not hold up the other."""
    if not run.validation.made:
        return skipped("Not tried: there is no trial meeting or webinar.")
    findings: list[CheckFinding] = []
    for trial in run.validation.made:
        try:
            found = check(run, trial)
        except ZoomError as error:
            found = run.refused(error)
        if isinstance(found, CheckWaits):
            return found
        findings.append(found)
    return together(findings)
