"""A change of the settings reaches the events that are not over, and Zoom's e-mails follow it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from lectern.domain.event import Options, Status
from lectern.domain.settings import AccessValidation, Emails, Notifications, Settings
from lectern.domain.sweeps import what_counts_for_events
from lectern.store import keys
from lectern.store.sweeps import Rollout, SweepStore
from lectern.sync.triggers import rollout
from lectern.sync.triggers.settings_sweep import SettingsSweep
from lectern_testing.builders import a_details, an_event
from lectern_testing.stage import Stage

SWITCHES = (
    "email_notification",
    "registrants_email_notification",
    "registrants_confirmation_email",
    "alternative_hosts_email_notification",
)


def sweep(stage: Stage) -> int:
    return SettingsSweep(
        stage.events, stage.settings, SweepStore(stage.table), stage.clock.now
    ).run()


def change(stage: Stage, **settings: Any) -> None:
    _, revision = stage.settings.get()
    stage.settings.put(Settings(**settings), was_revision=revision)


def put(stage: Stage, event_id: str, starts_in: timedelta, **changes: Any) -> None:
    now = stage.clock.now()
    details = a_details(starts_at=now + starts_in, **changes)
    stage.events.create(an_event(event_id, now=now, details=details))


def switches(stage: Stage, event_id: str = "ev-1") -> set[bool]:
    settings = stage.zoom_meeting(event_id)["settings"]
    return {settings[name] for name in SWITCHES}


def requested(stage: Stage, event_id: str) -> int:
    return stage.event(event_id).sync.requested


def test_zoom_writes_to_nobody_unless_it_is_told_to_and_then_everywhere(stage: Stage) -> None:
    stage.synchronised_event(2)
    sweep(stage)
    stage.synchronise()
    assert switches(stage) == {False}
    stage.forget_calls()

    change(stage, emails=Emails(zoom_emails=True))
    assert sweep(stage) == 1
    stage.synchronise()
    assert switches(stage) == {True}
    assert stage.calls() == {"update_meeting": 1}

    stage.change_details(options=Options(zoom_emails=False))
    stage.synchronise()
    assert switches(stage) == {False}, "the event's own choice goes first"


@pytest.mark.parametrize("told", [False, True])
def test_people_hear_from_zoom_only_where_it_is_told_to(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, *, told: bool
) -> None:
    change(stage, emails=Emails(zoom_emails=told))
    sent: list[Any] = []
    send = stage.session.send

    def noted(request: Any, **options: Any) -> Any:
        sent.append(request)
        return send(request, **options)

    monkeypatch.setattr(stage.session, "send", noted)
    stage.synchronised_event(2)
    stage.change_event(status=Status.CANCELLED)
    stage.synchronise()

    (batch,) = [each for each in sent if each.url.endswith("/batch_registrants")]
    (deletion,) = [each for each in sent if each.method == "DELETE"]
    assert json.loads(batch.body)["registrants_confirmation_email"] is told
    query = parse_qs(urlsplit(deletion.url).query)
    reminders = ("schedule_for_reminder", "cancel_meeting_reminder")
    assert query == {name: [str(told).lower()] for name in reminders}


def test_what_is_over_or_cancelled_is_left_alone(stage: Stage) -> None:
    put(stage, "over", timedelta(hours=-3))
    put(stage, "on now", timedelta(minutes=-30))
    put(stage, "ahead", timedelta(days=90))
    put(stage, "cancelled", timedelta(days=9))
    stage.change_event("cancelled", status=Status.CANCELLED)
    assert sweep(stage) == 2
    assert sweep(stage) == 0
    asked = {name: requested(stage, name) for name in ("over", "on now", "ahead", "cancelled")}
    assert asked == {"over": 1, "on now": 2, "ahead": 2, "cancelled": 2}
    change(stage, notifications=Notifications(url="https://lms.example"), retention_days=9)
    assert sweep(stage) == 0, "nothing of that counts for events"
    change(stage, access_validation=AccessValidation(enabled=True))
    assert sweep(stage) == 2


def test_a_change_reaches_many_events_over_several_sweeps_the_next_ones_first(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollout, "PAGE", 1)
    monkeypatch.setattr(rollout, "PAGES", 2)
    for days in (3, 1, 2):
        put(stage, f"in-{days}", timedelta(days=days))
    assert sweep(stage) == 2
    assert [requested(stage, f"in-{days}") for days in (1, 2, 3)] == [2, 2, 1]
    assert sweep(stage) == 1
    change(stage, emails=Emails(zoom_emails=True))
    assert sweep(stage) == 2
    change(stage, emails=Emails(zoom_emails=False))
    assert sweep(stage) == 2, "it begins anew"
    assert [requested(stage, f"in-{days}") for days in (1, 2, 3)] == [4, 4, 2]


def test_a_sweep_that_comes_late_goes_on_where_the_last_one_stopped(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollout, "PAGE", 1)
    monkeypatch.setattr(rollout, "PAGES", 1)
    put(stage, "in an hour", timedelta(hours=1))
    put(stage, "in a week", timedelta(days=7))
    assert sweep(stage) == 1
    stage.wait(timedelta(days=3).total_seconds())
    assert sweep(stage) == 1
    assert requested(stage, "in a week") == 2


def test_a_place_that_an_older_version_kept_is_no_place_to_go_on_from(stage: Stage) -> None:
    put(stage, "ahead", timedelta(days=7))
    settings, _ = stage.settings.get()
    kept = Rollout(cause=what_counts_for_events(settings), after="2020-01-01T00:00:00.000000Z#e")
    SweepStore(stage.table).note_rollout(keys.rollout_of_settings(), kept)
    assert sweep(stage) == 1


def test_an_edit_that_somebody_waits_for_keeps_its_turn(stage: Stage) -> None:
    stage.synchronised_event(1)
    put(stage, "edited", timedelta(days=5))
    sweep(stage)
    assert stage.event("ev-1").sync.background
    assert not stage.event("edited").sync.background
