"""Secrets of webhooks that are replaced, taken away, or those of several connections."""

from __future__ import annotations

import json
from datetime import timedelta

from lectern.domain.webhook_secrets import FORMER_COUNTS_FOR
from lectern.webhook_intake.known_secrets import FRESH_SECONDS, MOST_DOUBTS
from lectern_testing.webhooks.deliveries import SECRET
from lectern_testing.webhooks.intake import Reception, challenge, proof


def test_both_secrets_count_while_one_is_replaced(reception: Reception) -> None:
    reception.change_secret("new")

    assert reception.status(secret="new") == 200
    assert reception.status(secret=SECRET) == 200
    answer = reception.receive(challenge("abc"), secret="new").answer
    assert json.loads(answer["body"])["encryptedToken"] == proof("abc", "new")
    answer = reception.receive(challenge("abc"), secret=SECRET).answer
    assert json.loads(answer["body"])["encryptedToken"] == proof("abc", SECRET)

    reception.now += FORMER_COUNTS_FOR.total_seconds()
    assert reception.status(secret="new") == 200
    assert reception.status(secret=SECRET) == 401


def test_a_secret_that_is_put_again_does_not_end_the_former_ones_time(
    reception: Reception,
) -> None:
    reception.change_secret("new")
    reception.now += 3600
    reception.change_secret("new")

    assert reception.status(secret=SECRET) == 200
    reception.now += (FORMER_COUNTS_FOR - timedelta(hours=1)).total_seconds()
    assert reception.status(secret=SECRET) == 401


def test_a_secret_that_is_taken_away_ends_at_once_for_who_reads_it(reception: Reception) -> None:
    reception.change_secret("new")
    reception.change_secret(None)

    assert reception.status(secret="new") == 401
    assert reception.status(secret=SECRET) == 401


def test_a_delivery_belongs_to_the_connection_whose_secret_signed_it(reception: Reception) -> None:
    reception.change_secret("of the academy", "academy")

    reception.receive(secret="of the academy")
    reception.receive()

    assert [connection for connection, _ in reception.kept] == ["academy", "default"]


def test_a_new_secret_counts_at_once_though_the_old_one_was_just_read(
    reception: Reception,
) -> None:
    reception.receive()
    reception.change_secret("new")

    assert reception.status(secret="new") == 200
    assert reception.reads == 2


def test_secrets_are_read_seldom_where_signatures_are_good(reception: Reception) -> None:
    for _ in range(50):
        reception.receive()
    assert reception.reads == 1

    reception.now += FRESH_SECONDS
    reception.receive()
    assert reception.reads == 2


def test_forged_traffic_does_not_make_the_secrets_be_read_without_end(
    reception: Reception,
) -> None:
    for _ in range(1000):
        assert reception.status(secret="forged") == 401
    assert reception.reads <= MOST_DOUBTS + 1

    reads = reception.reads
    for _ in range(100):
        reception.now += 0.1
        reception.receive(secret="forged")
    assert reception.reads - reads <= 21


def test_a_clock_that_is_set_back_does_not_keep_old_secrets(reception: Reception) -> None:
    reception.receive()
    reception.change_secret(None)
    reception.now -= 3600

    assert reception.status() == 401


def test_a_secret_shows_in_no_text_of_it(reception: Reception) -> None:
    assert SECRET not in repr(reception.receiver._secrets.all())
