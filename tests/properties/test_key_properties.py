"""Keys, names and moments: one text for each thing, and in the order of time."""

from __future__ import annotations

import re
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from lectern.domain.enrollment import EnrollmentState
from lectern.domain.event import Context
from lectern.store import account_keys, keys
from lectern.sync.triggers.start import execution_name
from lectern_testing import strategies as some
from lectern_testing.builders import a_details

Entity = tuple[str, ...]

entities: st.SearchStrategy[Entity] = st.one_of(
    st.tuples(st.just("event"), some.identifiers),
    st.tuples(st.just("enrollment"), some.identifiers, some.identifiers),
    st.tuples(st.just("address_claim"), some.identifiers, some.identifiers),
    st.tuples(st.just("meeting"), some.identifiers, st.from_regex("[0-9]{9,12}", fullmatch=True)),
    st.tuples(st.just("settings")),
    st.tuples(st.just("connection"), some.identifiers),
    st.tuples(st.just("token"), some.identifiers),
)


def key_of(entity: Entity) -> tuple[str, str]:
    kind, *names = entity
    module = keys if hasattr(keys, kind) else account_keys
    key: keys.Key = getattr(module, kind)(*names)
    return key["PK"], key["SK"]


@given(entities, entities)
def test_different_things_have_different_keys(one: Entity, other: Entity) -> None:
    assert (key_of(one) == key_of(other)) == (one == other)


@given(some.identifiers, st.sampled_from(["event", "enrollment", "address_claim"]))
def test_like_ids_are_different_things(name: str, kind: str) -> None:
    names = (name,) if kind == "event" else (name, name)
    others = [("event", name), ("enrollment", name, name), ("address_claim", name, name)]

    assert sum(key_of((kind, *names)) == key_of(other) for other in others) == 1


@given(some.moments, some.moments)
def test_stamps_are_in_the_order_of_time(one: datetime, other: datetime) -> None:
    assert (keys.stamp(one) < keys.stamp(other)) == (one < other)
    assert (keys.stamp(one) == keys.stamp(other)) == (one == other)


@given(some.moments)
def test_a_stamp_is_read_as_its_moment(moment: datetime) -> None:
    assert datetime.fromisoformat(keys.stamp(moment)) == moment


@given(some.identifiers, some.moments, st.none() | some.texts)
def test_the_event_is_found_in_every_index_by_start(
    event_id: str, start: datetime, context: str | None
) -> None:
    course = Context(id=context) if context is not None else None
    details = a_details(starts_at=start, context=course)
    indexes = keys.event_indexes(event_id, details)

    positions = [value for name, value in indexes.items() if name.endswith("SK")]
    assert {keys.event_at(position) for position in positions} == {event_id}
    assert ("GSI3PK" in indexes) == (context is not None)


@given(some.identifiers, some.identifiers)
def test_people_are_found_by_their_address(event_id: str, user_id: str) -> None:
    place = keys.enrollment_of_address(" Kim@ACME.example", user_id, event_id)

    assert place["GSI3PK"] == "ADDRESS#kim@acme.example"
    assert place["GSI3SK"].split("#") == [user_id, event_id]


@given(some.identifiers, st.sampled_from(EnrollmentState))
def test_people_are_found_by_where_they_stand(user_id: str, state: EnrollmentState) -> None:
    place = keys.due_indexes(state, user_id)["LSI1SK"]

    if state not in {EnrollmentState.PENDING, EnrollmentState.FAILED}:
        assert place is None
        return
    assert place == keys.enrollment_in_state(state) + user_id
    others = (each for each in EnrollmentState if each is not state)
    assert not any(place.startswith(keys.enrollment_in_state(each)) for each in others)


@given(some.identifiers, some.identifiers, some.counts, some.counts)
def test_each_request_of_each_event_has_an_execution_of_its_own(
    one: str, other: str, first: int, second: int
) -> None:
    name = execution_name(one, first)

    assert re.fullmatch(r"[A-Za-z0-9_-]{1,70}", name)
    assert name == execution_name(one, first)
    assert (name == execution_name(other, second)) == ((one, first) == (other, second))
