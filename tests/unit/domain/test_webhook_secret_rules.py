"""The secrets of webhooks: kept together, two of a connection while one is replaced."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lectern.domain.webhook_secrets import (
    FORMER_COUNTS_FOR,
    WebhookSecret,
    read_secrets,
    with_secret,
)

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
THEN = NOW + timedelta(hours=1)


def test_where_nothing_is_stored_there_is_no_secret() -> None:
    assert read_secrets(None) == read_secrets("") == ()


def test_the_secret_that_was_replaced_counts_for_a_while() -> None:
    text = with_secret(with_secret(None, "default", "old", NOW), "default", "new", THEN)

    present, former = read_secrets(text)
    assert present == WebhookSecret("default", "new")
    assert (former.key, former.until) == ("old", (THEN + FORMER_COUNTS_FOR).timestamp())


def test_a_secret_counts_until_its_end() -> None:
    assert WebhookSecret("default", "present").counts_at(NOW.timestamp())
    former = WebhookSecret("default", "former", until=100.0)
    assert former.counts_at(99.9)
    assert not former.counts_at(100.0)


def test_of_two_that_were_replaced_only_the_last_counts() -> None:
    text: str | None = None
    for key in ("first", "second", "third"):
        text = with_secret(text, "default", key, NOW)

    assert [secret.key for secret in read_secrets(text)] == ["third", "second"]


def test_a_secret_that_is_put_again_changes_nothing() -> None:
    text = with_secret(with_secret(None, "default", "old", NOW), "default", "new", NOW)

    assert with_secret(text, "default", "new", THEN) == text


def test_a_secret_that_is_taken_away_ends_at_once_and_no_other() -> None:
    text = with_secret(with_secret(None, "default", "a", NOW), "academy", "b", NOW)

    assert read_secrets(with_secret(text, "default", None, NOW)) == (WebhookSecret("academy", "b"),)
    assert read_secrets(with_secret(None, "default", None, NOW)) == ()


def test_present_ones_are_tried_first() -> None:
    text = with_secret(with_secret(None, "default", "old", NOW), "default", "new", NOW)
    text = with_secret(text, "academy", "other", NOW)

    assert [secret.key for secret in read_secrets(text)] == ["new", "other", "old"]


def test_no_secret_is_shown() -> None:
    assert "hidden" not in repr(WebhookSecret("default", "hidden"))
