"""Settings and connections have versions, and a record of who changed what and when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.setting_changes import Author, settings_changed
from lectern.domain.settings import Settings
from lectern_testing.lms.api import Lms

SECRETS = ("marked-client-secret", "marked-webhook-token", "whsec_bWFya2Vk")
APP = {
    "account_id": "acc",
    "client_id": "client",
    "client_secret": SECRETS[0],
    "webhook_secret_token": SECRETS[1],
}
SETTINGS, ACME = "/v1/settings", "/v1/connections/acme"


def changes(lms: Lms) -> list[tuple[Any, ...]]:
    page = lms.parts.settings().history.page(after=None, limit=20)
    return [
        (each.connection, each.act, [altered.field for altered in each.alterations])
        for each in page.items
    ]


@pytest.mark.parametrize(
    ("path", "body", "other"),
    [
        (SETTINGS, {"retention_days": 7}, {"retention_days": 8}),
        (SETTINGS, {"zoom": APP}, {"zoom": {"client_id": "other"}}),
        (ACME, APP, {"client_id": "other"}),
    ],
)
def test_who_names_a_former_version_changes_nothing(
    lms: Lms, path: str, body: Any, other: Any
) -> None:
    lms.put(path, body)
    seen = lms.get(path)
    tag = seen.headers["ETag"]
    first = lms.put(path, other, headers={"If-Match": tag})
    assert first.status == 202
    assert first.headers["ETag"] == lms.get(path).headers["ETag"] != tag
    now = lms.get(path).json

    late = lms.put(path, body, headers={"If-Match": tag})

    assert (late.status, late.json["code"]) == (412, "precondition_failed")
    assert lms.get(path).json == now
    assert lms.put(path, other, headers={"If-Match": first.headers["ETag"]}).status == 200


def test_of_a_connection_that_is_not_there_no_version_is_named(lms: Lms) -> None:
    assert lms.put(ACME, APP, headers={"If-Match": "*"}).status == 412
    assert lms.get(ACME).status == 404


def test_each_change_is_recorded_with_its_fields_and_nothing_else_is(lms: Lms) -> None:
    lms.put(SETTINGS, {"zoom": APP, "drift": "report", "notifications": {"secret": SECRETS[2]}})
    lms.put(SETTINGS, {"drift": "report"})
    lms.put(SETTINGS, {"retention_days": 0})
    lms.parts.moment += timedelta(minutes=1)
    lms.put(ACME, APP)
    lms.parts.moment += timedelta(minutes=1)
    lms.put(ACME, {"webhook_secret_token": None})
    lms.parts.moment += timedelta(minutes=1)
    lms.send("DELETE", ACME)

    every = ["account_id", "client_id", "client_secret", "webhook_secret_token"]
    assert changes(lms)[:3] == [
        ("acme", "deleted", every[:3]),
        ("acme", "changed", every[3:]),
        ("acme", "added", every),
    ]
    assert sorted(changes(lms)[3:], key=str) == [
        ("default", "added", every),
        (None, "changed", ["drift", "notifications.secret"]),
    ]


def test_no_record_has_a_secret(lms: Lms) -> None:
    lms.put(SETTINGS, {"zoom": APP, "notifications": {"secret": SECRETS[2]}})

    told = str(lms.parts.settings().history.page(after=None, limit=20))

    assert "client_secret" in told
    assert not [secret for secret in SECRETS if secret in told]


def test_it_says_which_key_it_was(lms: Lms) -> None:
    lms.put(SETTINGS, {"retention_days": 7})

    [record] = lms.parts.settings().history.page(after=None, limit=5).items

    assert record.author == Author(key="key-of-the-lms")


def test_an_operator_who_is_erased_is_in_no_record_any_more(lms: Lms) -> None:
    after = Settings(retention_days=7)
    record = settings_changed(Settings(), after, Author(user_id="anna"), lms.parts.now())
    lms.parts.settings().put(after, was_revision=0, record=record)

    assert lms.send("DELETE", "/v1/users/anna").status == 202

    [left] = lms.parts.settings().history.page(after=None, limit=5).items
    assert left == record.model_copy(update={"author": Author()})
