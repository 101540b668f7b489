"""What Zoom said of scopes: the newer stays, whatever comes when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lectern.domain.scope_knowledge import ScopeKnowledge
from lectern.store.scopes import ScopeStore
from lectern.store.table import Table

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
BEFORE = NOW - timedelta(minutes=1)
READ, WRITE = "meeting:read:meeting:admin", "meeting:write:meeting:admin"


@pytest.fixture
def store(table: Table) -> ScopeStore:
    return ScopeStore(table)


def test_nothing_is_known_before_zoom_said_something(store: ScopeStore) -> None:
    assert store.knowledge("default") == ScopeKnowledge()


def test_grants_and_refusals_are_kept_for_each_connection(store: ScopeStore) -> None:
    store.granted("default", [WRITE, READ], BEFORE)
    store.refused("default", WRITE, NOW)
    store.refused("default", READ, BEFORE)
    store.refused("other", READ, NOW)

    assert store.knowledge("default") == ScopeKnowledge(
        granted=frozenset({READ, WRITE}),
        granted_at=BEFORE,
        refused_at={WRITE: NOW, READ: BEFORE},
    )
    assert store.knowledge("other") == ScopeKnowledge(refused_at={READ: NOW})


def test_what_is_older_does_not_take_the_place_of_what_is_newer(store: ScopeStore) -> None:
    store.granted("default", [READ], NOW)
    store.granted("default", [], BEFORE)
    store.refused("default", READ, NOW)
    store.refused("default", READ, BEFORE)

    known = store.knowledge("default")
    assert (known.granted, known.granted_at) == (frozenset({READ}), NOW)
    assert known.refused_at == {READ: NOW}


def test_an_app_without_any_scope_is_known_to_have_none(store: ScopeStore) -> None:
    store.granted("default", [], NOW)

    assert store.knowledge("default").granted == frozenset()
