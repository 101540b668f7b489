"""What is stored is what is read, through DynamoDB's own types."""

from __future__ import annotations

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import given

from lectern.domain.enrollment import Enrollment
from lectern.domain.event import Event
from lectern.store.items import enrollment_item, enrollment_of, event_item, event_of
from lectern.store.table import Item
from lectern_testing import strategies as some


def through_dynamodb(item: Item) -> Item:
    """An item as it comes back: what has no value was not stored."""
    serialize, deserialize = TypeSerializer().serialize, TypeDeserializer().deserialize
    wire = {name: serialize(value) for name, value in item.items() if value is not None}
    return {name: deserialize(value) for name, value in wire.items()}


@given(some.events)
def test_an_event_is_read_as_it_was_stored(event: Event) -> None:
    assert event_of(through_dynamodb(event_item(event))) == event


@given(some.enrollments)
def test_an_enrollment_is_read_as_it_was_stored(enrollment: Enrollment) -> None:
    assert enrollment_of(through_dynamodb(enrollment_item(enrollment))) == enrollment
