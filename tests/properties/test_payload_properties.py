"""What Zoom is told and what Zoom answers are the same meeting."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from lectern.domain.meeting import MeetingSpec
from lectern.zoom.payloads import (
    SCHEDULED_MEETING,
    MeetingAnswer,
    create_payload,
    update_payload,
)
from lectern_testing import strategies as some


def seen(payload: dict[str, Any], expected: MeetingSpec) -> MeetingSpec:
    """The spec of a meeting that Zoom answers just as it was told."""
    return MeetingAnswer.model_validate(payload | {"id": 83012345678}).spec(expected)


@given(some.specs, some.specs)
def test_a_created_meeting_is_read_as_what_it_was_made_of(
    spec: MeetingSpec, expected: MeetingSpec
) -> None:
    assert seen(create_payload(spec), expected) == spec


@given(some.specs)
def test_a_created_meeting_takes_batches_of_registrants(spec: MeetingSpec) -> None:
    assert create_payload(spec)["type"] == SCHEDULED_MEETING


@given(some.specs, some.specs)
def test_a_patch_of_what_differs_makes_one_meeting_the_other(
    wanted: MeetingSpec, present: MeetingSpec
) -> None:
    patch = update_payload(wanted, wanted.differing_fields(present))
    at_zoom = create_payload(present)

    patched = at_zoom | patch | {"settings": at_zoom["settings"] | patch.get("settings", {})}

    assert seen(patched, present) == wanted
    assert wanted.differing_fields(wanted) == frozenset()
    assert update_payload(wanted, ()) == {}


@given(some.specs)
def test_what_zoom_leaves_unsaid_is_as_expected(spec: MeetingSpec) -> None:
    assert seen({}, spec) == spec


@given(some.specs)
def test_blanks_that_zoom_trims_are_no_difference(spec: MeetingSpec) -> None:
    padded = spec.model_copy(update={"topic": f" {spec.topic} ", "agenda": f"{spec.agenda}\n"})

    assert seen(create_payload(spec), padded) == padded
