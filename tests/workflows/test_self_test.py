"""The self-test of a connection: whole, and with each misconfiguration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from lectern.domain.enrollment import EnrollmentState
from lectern.domain.event import Host
from lectern.domain.meeting import Kind
from lectern.domain.scopes import SCOPES
from lectern.domain.settings import (
    Emails,
    Features,
    HostRules,
    InstructorsAs,
    Licence,
    MissingHost,
    Settings,
)
from lectern.domain.validation import MOST_CALLS, CheckId
from lectern.store import account_keys
from lectern.store.table import Change
from lectern_testing.builders import a_details, an_event
from lectern_testing.self_test import HOST, SelfTest, check, failures, states
from lectern_testing.stage import Stage
from zoom_simulator.account.seed import ALL_SCOPES

ALL_CHECKS = [each.value for each in CheckId]
WITHIN = 180
AFTER_CREDENTIALS = {"scopes", "plan", "host", "creation", "webinar"}
WITH_TRIALS = {"participants", "join", "updates", "access", "webhooks", "emails"}
RESERVED = ["example.com", "example.org", "example.net"]


def leaves_nothing(trial: SelfTest) -> None:
    assert trial.left() == []
    assert trial.calls() <= MOST_CALLS


def test_a_connection_that_is_well_passes_every_check(stage: Stage) -> None:
    trial = SelfTest(stage)
    done = trial.run()
    assert [each.id.value for each in done.checks] == ALL_CHECKS
    assert set(states(done).values()) == {"passed"}
    assert done.state == "passed"
    assert trial.seconds(done) <= WITHIN
    assert trial.validations.calls(done.validation_id) == trial.calls()
    leaves_nothing(trial)


def test_what_is_switched_off_is_skipped_and_says_so(stage: Stage) -> None:
    trial = SelfTest(stage, features=Features(meetings=True, webinars=False))
    done = trial.run("anna@acme.example")
    assert done.state == "passed"
    assert "switched off" in (check(done, "webinar").detail or "")
    assert [name for name, state in states(done).items() if state == "skipped"] == ["webinar"]
    only_webinars = SelfTest(
        stage, was_revision=1, features=Features(meetings=False, webinars=True)
    )
    done = only_webinars.run()
    assert done.state == "passed"
    assert [name for name, state in states(done).items() if state == "skipped"] == ["creation"]
    leaves_nothing_of_both = only_webinars.left()
    assert leaves_nothing_of_both == []


def test_without_a_host_it_is_the_accounts_own_user(stage: Stage) -> None:
    stage.seed(users=[{"email": "owner@acme.example", "id": "local-owner"}])
    trial = SelfTest(stage, features=Features(meetings=True, webinars=False))
    done = trial.run(None)
    assert done.state == "passed"
    made = [each for each in stage.world.calls.since(0) if each["operation"] == "create_meeting"]
    assert [each["path"] for each in made] == ["/v2/users/local-owner/meetings"]


Break = Callable[[SelfTest], Any]


def seeded(**seed: Any) -> Break:
    return lambda trial: trial.stage.seed(**seed)


def user(**changes: Any) -> Break:
    return seeded(users=[{"email": HOST, **changes}])


def a_large_webinar(trial: SelfTest) -> None:
    """The host has a webinar ahead that is to hold more people than the licence does."""
    now = trial.stage.clock.now()
    host = Host(user_id="u-1", email=HOST)
    event = an_event(now=now, details=a_details(kind=Kind.WEBINAR, host=host))
    trial.stage.events.create(event)
    trial.stage.events.request_sync(
        event.event_id, now, shifts=Counter({EnrollmentState.PENDING: 501})
    )


def deaf(trial: SelfTest) -> None:
    trial.delivers = False


def only(kind: str) -> Break:
    url = f"https://lectern.example/webhook/zoom-{kind}"
    return seeded(webhooks={"subscriptions": [{"url": url, "events": [f"{kind}.*"]}]})


def daily_limit(operation: str) -> Break:
    return lambda trial: trial.stage.fault(kind="rate_limit_daily", operation=operation, times=None)


MISCONFIGURATIONS: dict[str, tuple[Break, str, tuple[str, ...], str]] = {
    "wrong client secret": (
        seeded(credentials={"client_secret": "another"}),
        "credentials",
        ("client id or the client secret", "Invalid client_id or client_secret"),
        "App Credentials",
    ),
    "wrong account id": (
        lambda trial: trial.change_connection(account_id="another"),
        "credentials",
        ("account id",),
        "App Credentials",
    ),
    "app deactivated": (
        seeded(app_activated=False),
        "credentials",
        ("not activated",),
        "Activation",
    ),
    "no webinar plan": (
        seeded(licences={"webinars": {}}),
        "plan",
        ("no plan for webinars",),
        "Billing",
    ),
    "host pending": (user(status="pending"), "host", ("not accepted",), "User Management"),
    "host inactive": (user(status="inactive"), "host", ("deactivated",), "User Management"),
    "host unlicensed": (user(type=1), "host", ("no licence",), "User Management"),
    "host without webinars": (
        user(webinar_capacity=0),
        "webinar",
        ("no Zoom Webinars licence",),
        "Licenses",
    ),
    "webinar licence too small": (
        a_large_webinar,
        "webinar",
        ("fewer people", "They hold 500", "ev-1 is to hold 501"),
        "Licenses",
    ),
    "webhook secret wrong": (
        lambda trial: trial.set_webhook_secret("another"),
        "webhooks",
        ("another secret",),
        "Secret Token",
    ),
    "webhook secret just replaced by a wrong one": (
        lambda trial: trial.set_webhook_secret("another", forget=False),
        "webhooks",
        ("another secret",),
        "Secret Token",
    ),
    "webhook secret not entered": (
        lambda trial: trial.set_webhook_secret(None),
        "webhooks",
        ("No webhook secret token",),
        "Secret Token",
    ),
    "webhook addresses not reached": (
        deaf,
        "webhooks",
        ("trial meeting and the trial webinar", "within 45 seconds"),
        "Event Subscriptions",
    ),
    "only the meetings' address": (
        only("meeting"),
        "webhooks",
        ("No delivery of the trial webinar", "only one of the two"),
        "/webhook/zoom-webinar",
    ),
    "only the webinars' address": (
        only("webinar"),
        "webhooks",
        ("No delivery of the trial meeting", "only one of the two"),
        "/webhook/zoom-meeting",
    ),
    "e-mail domains blocked": (
        seeded(blocked_domains=RESERVED),
        "participants",
        ("blocks an e-mail domain", "code 3000"),
        "Block users in specific domains",
    ),
    "registration locked off": (
        seeded(policy={"locked": {"approval_type": 2}}),
        "participants",
        ("does not switch registration on",),
        "Account Settings",
    ),
    "e-mails locked on": (
        seeded(policy={"locked": {"registrants_email_notification": True}}),
        "emails",
        ("not off",),
        "Email Notification",
    ),
    "answers required": (
        seeded(policy={"required_questions": ["phone"]}),
        "participants",
        ("requires answers",),
        "Questions",
    ),
    "daily limit used up": (
        daily_limit("create_*"),
        "limits",
        ("daily limits is used up, until",),
        "Call Logs",
    ),
    "daily limit of another class used up": (
        daily_limit("list_*"),
        "limits",
        ("daily limits is used up, until",),
        "Call Logs",
    ),
    "Lectern's share of the day used up": (
        lambda trial: trial.stage.table.update(
            account_keys.budget_of_day("default", trial.stage.clock.now()),
            Change(add={"heavy": 60_000}),
        ),
        "limits",
        ("daily limits is used up, until",),
        "Call Logs",
    ),
    "a host's changes used up": (
        seeded(limits={"host_writes_per_day": 0}),
        "limits",
        ("daily limits is used up, until",),
        "Call Logs",
    ),
}


@pytest.mark.parametrize("name", MISCONFIGURATIONS)
def test_each_misconfiguration_has_a_finding_of_its_own(stage: Stage, name: str) -> None:
    spoil, failed, words, page = MISCONFIGURATIONS[name]
    trial = SelfTest(stage)
    spoil(trial)
    done = trial.run()
    finding = check(done, failed)
    assert finding.state == "failed", states(done)
    assert done.state == "failed"
    for said in words:
        assert said in (finding.detail or "")
    assert page in (finding.remedy or "")
    for each in done.checks:
        assert each.state == "passed" or each.detail, each.id
        assert each.state != "failed" or each.remedy, each.id
    assert trial.seconds(done) <= WITHIN
    leaves_nothing(trial)


def test_only_what_is_concerned_fails(stage: Stage) -> None:
    trial = SelfTest(stage)
    deaf(trial)
    assert set(failures(trial.run())) == {"webhooks"}


def test_a_missing_host_is_named_and_what_needs_one_is_skipped(stage: Stage) -> None:
    trial = SelfTest(stage)
    done = trial.run("nobody@acme.example")
    assert "no user in the Zoom account" in (check(done, "host").detail or "")
    skipped = {name for name, state in states(done).items() if state == "skipped"}
    assert skipped == {"creation", "webinar", *WITH_TRIALS}
    leaves_nothing(trial)


def test_without_credentials_nothing_else_is_tried(stage: Stage) -> None:
    trial = SelfTest(stage)
    stage.seed(credentials={"client_secret": "another"})
    done = trial.run()
    skipped = {name for name, state in states(done).items() if state == "skipped"}
    assert skipped == AFTER_CREDENTIALS | WITH_TRIALS
    assert trial.calls() == 1


def test_a_token_that_outlived_its_credentials_deceives_nobody(stage: Stage) -> None:
    trial = SelfTest(stage, features=Features())
    stage.synchronised_event(1)
    stage.seed(credentials={"client_secret": "rotated"})
    assert "credentials" in failures(trial.run())


def test_a_stricter_rule_for_passcodes_is_told_and_kept_to(stage: Stage) -> None:
    trial = SelfTest(stage)
    stage.seed(policy={"passcode": {"only_allow_numeric": True}})
    done = trial.run()
    found = check(done, "creation")
    assert found.state == "passed"
    assert "rule for passcodes is stricter" in (found.detail or "")
    assert "nothing but digits" in (found.detail or "")
    assert "Passcode requirement" in (found.remedy or "")
    leaves_nothing(trial)


def test_e_mails_that_are_wanted_on_are_looked_at_as_well(stage: Stage) -> None:
    trial = SelfTest(stage, emails=Emails(zoom_emails=True))
    assert trial.run().state == "passed"
    stage.seed(policy={"locked": {"registrants_confirmation_email": False}})
    assert "not on" in (check(trial.run(), "emails").detail or "")


def test_settings_that_the_account_holds_fast_are_told(stage: Stage) -> None:
    trial = SelfTest(stage)
    stage.seed(policy={"locked": {"waiting_room": True}})
    done = trial.run()
    assert done.state == "passed"
    assert "waiting_room" in (check(done, "creation").detail or "")


USES_ALL = [
    HostRules(
        missing_host=MissingHost.CREATE,
        licence=Licence.ASSIGN,
        instructors_as=instructors_as,
    )
    for instructors_as in (InstructorsAs.ALTERNATIVE_HOSTS, InstructorsAs.ASSISTANTS)
]
NAMES = [scope.name for scope in SCOPES]


def rules_that_use(name: str) -> HostRules:
    """Settings with which something needs the scope."""
    (scope,) = (each for each in SCOPES if each.name == name)
    both = Features(meetings=True, webinars=True)
    return next(
        rules
        for rules in USES_ALL
        if scope.unused_because(Settings(features=both, hosts=rules)) is None
    )


def test_there_are_45_scopes() -> None:
    assert len(set(NAMES)) == 45


@pytest.mark.parametrize("name", NAMES)
def test_each_scope_that_is_missing_is_named(stage: Stage, name: str) -> None:
    trial = SelfTest(stage, hosts=rules_that_use(name))
    stage.seed(scopes=[scope for scope in ALL_SCOPES if scope != name])
    done = trial.run()
    finding = check(done, "scopes")
    assert finding.state == "failed"
    assert name in (finding.detail or "")
    assert "Scopes > Add Scopes" in (finding.remedy or "")
    others = [each for each in NAMES if each != name and each in (finding.detail or "")]
    assert others == []
    assert trial.seconds(done) <= WITHIN
    leaves_nothing(trial)


UNUSED = [scope.name for scope in SCOPES if scope.unused_because(Settings()) is not None]


def test_scopes_that_nothing_needs_are_told_as_such(stage: Stage) -> None:
    trial = SelfTest(stage, features=Features())
    stage.seed(scopes=[scope for scope in ALL_SCOPES if scope not in UNUSED])
    done = trial.run()
    finding = check(done, "scopes")
    assert done.state == "passed"
    for name in UNUSED:
        assert f"{name} is missing, and nothing needs it" in (finding.detail or "")


def test_a_scope_whose_lack_only_a_refusal_shows_is_named_in_the_end(stage: Stage) -> None:
    trial = SelfTest(stage)
    stage.fault(kind="missing_scope", operation="update_meeting", times=None)
    done = trial.run()
    assert set(failures(done)) == {"scopes", "updates"}
    assert "meeting:update:meeting:admin" in (check(done, "scopes").detail or "")
    assert "meeting:update:meeting:admin" in (check(done, "updates").detail or "")


def test_what_could_not_be_deleted_is_not_made(stage: Stage) -> None:
    trial = SelfTest(stage)
    stage.seed(scopes=[each for each in ALL_SCOPES if each != "meeting:delete:meeting:admin"])
    done = trial.run()
    assert check(done, "creation").state == "skipped"
    assert "could not be deleted" in (check(done, "creation").detail or "")
    assert stage.calls()["create_meeting"] == 0
    assert check(done, "updates").state == "passed"
    leaves_nothing(trial)
