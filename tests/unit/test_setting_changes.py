"""What a record of a change says: fields and values, and of secrets only that they changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lectern.domain.setting_changes import (
    Alteration,
    Author,
    ChangeAct,
    connection_changed,
    settings_changed,
)
from lectern.domain.settings import (
    AccessValidation,
    Connection,
    Drift,
    Features,
    Notifications,
    Settings,
)

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ANNA = Author(user_id="anna")
ACME = Connection(connection_id="acme", account_id="a", client_id="c", client_secret_changed_at=NOW)


def test_settings_name_each_field_that_has_another_value() -> None:
    after = Settings(
        features=Features(webinars=True),
        access_validation=AccessValidation(lead_minutes=(90, 5), check_url="https://lms.example"),
        drift=Drift.REPORT,
    )

    record = settings_changed(Settings(), after, ANNA, LATER)

    assert (record.at, record.act, record.author, record.connection) == (
        LATER, ChangeAct.CHANGED, ANNA, None,
    )  # fmt: skip
    assert record.alterations == (
        Alteration(field="features.webinars", before=False, after=True),
        Alteration(field="access_validation.lead_minutes", before=(60, 10), after=(90, 5)),
        Alteration(field="access_validation.check_url", before=None, after="https://lms.example"),
        Alteration(field="drift", before="repair", after="report"),
    )


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [(None, NOW, (False, True)), (NOW, LATER, (True, True)), (NOW, None, (True, False))],
)
def test_of_a_secret_there_is_only_whether_it_was_and_is_set(
    was: datetime | None, now: datetime | None, told: tuple[bool, bool]
) -> None:
    before, after = (
        Settings(notifications=Notifications(secret_changed_at=each)) for each in (was, now)
    )

    [altered] = settings_changed(before, after, ANNA, LATER).alterations

    assert altered == Alteration(
        field="notifications.secret", before=told[0], after=told[1], is_secret=True
    )


def test_a_connection_is_added_changed_and_deleted() -> None:
    changed = ACME.model_copy(
        update={"client_id": "d", "webhook_secret_changed_at": LATER, "credentials_version": 2}
    )

    added = connection_changed(None, ACME, ANNA, NOW)
    altered = connection_changed(ACME, changed, ANNA, LATER)
    deleted = connection_changed(changed, None, ANNA, LATER)

    assert (added.act, altered.act, deleted.act) == tuple(ChangeAct)
    assert {each.connection for each in (added, altered, deleted)} == {"acme"}
    assert [(each.field, each.before, each.after) for each in added.alterations] == [
        ("account_id", None, "a"), ("client_id", None, "c"), ("client_secret", False, True),
    ]  # fmt: skip
    assert [(each.field, each.is_secret) for each in altered.alterations] == [
        ("client_id", False), ("webhook_secret_token", True),
    ]  # fmt: skip
    assert [each.after for each in deleted.alterations] == [None, None, False, False]


def test_a_record_reads_back_as_it_was() -> None:
    after = Settings(retention_days=30, access_validation=AccessValidation(enabled=True))
    record = settings_changed(Settings(), after, ANNA, LATER)

    assert type(record).model_validate_json(record.model_dump_json()) == record
