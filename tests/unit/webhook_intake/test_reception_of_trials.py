"""What the reception passes on of a self-test's trial sessions that no present secret signed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lectern.domain.trials import SIGNED_OTHERWISE, trial_topic
from lectern.webhook_intake.receiver import MOST_NOTES
from lectern_testing.webhooks.deliveries import a_webhook, body_of
from lectern_testing.webhooks.intake import Reception

NAME = "0123456789abcdef" * 2


def trial(event: str = "meeting.created", **session: Any) -> bytes:
    return body_of(a_webhook(event, **{"topic": trial_topic(NAME), **session}))


def notes(reception: Reception) -> list[dict[str, Any]]:
    return [json.loads(body) for name, body in reception.kept if name == SIGNED_OTHERWISE]


def test_one_that_another_secret_signed_is_refused_and_noted(reception: Reception) -> None:
    assert reception.status(trial(), secret="another") == 401
    (note,) = notes(reception)
    assert note == {
        "event": "meeting.created",
        "payload": {"object": {"topic": trial_topic(NAME)}},
    }


def test_one_that_the_former_secret_signed_is_taken_and_noted(reception: Reception) -> None:
    reception.change_secret("the next one")
    assert reception.status(trial()) == 200
    assert len(notes(reception)) == 1
    assert [name for name, _ in reception.kept].count("default") == 1


def test_one_that_the_present_secret_signed_is_only_taken(reception: Reception) -> None:
    assert reception.status(trial()) == 200
    assert notes(reception) == []


@pytest.mark.parametrize(
    "topic",
    [
        "Forklift safety",
        trial_topic(NAME) + "!",
        trial_topic("0" * 31),
        trial_topic(NAME.upper()),
        None,
        7,
    ],
)
def test_nothing_else_that_is_refused_is_passed_on(reception: Reception, topic: object) -> None:
    assert reception.status(trial(topic=topic), secret="another") == 401
    assert reception.kept == []


def test_forged_notes_are_rationed(reception: Reception) -> None:
    for _ in range(1000):
        reception.receive(trial(), secret="forged")
    assert len(reception.kept) == MOST_NOTES
