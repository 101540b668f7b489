"""What Zoom is told and what Zoom answers are the same meeting or webinar."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lectern.domain.meeting import Kind, MeetingSpec
from lectern.zoom.payloads import MeetingResponse, create_payload, update_payload
from lectern_testing import strategies as some

Case = tuple[Kind, MeetingSpec, MeetingSpec]

kinds_with_two_specs = st.sampled_from(Kind).flatmap(
    lambda kind: st.tuples(st.just(kind), some.specs_of[kind], some.specs_of[kind])
)


def seen(kind: Kind, payload: dict[str, Any], expected: MeetingSpec) -> MeetingSpec:
    """The spec of a session that Zoom answers just as it was told."""
    return MeetingResponse.model_validate(payload | {"id": 83012345678}).spec(kind, expected)


@given(kinds_with_two_specs)
def test_a_created_session_is_read_as_what_it_was_made_of(case: Case) -> None:
    kind, spec, expected = case

    assert seen(kind, create_payload(kind, spec), expected) == spec


@given(kinds_with_two_specs)
def test_a_created_session_takes_batches_of_registrants(case: Case) -> None:
    kind, spec, _ = case

    assert create_payload(kind, spec)["type"] == {Kind.MEETING: 2, Kind.WEBINAR: 5}[kind]


@given(kinds_with_two_specs)
def test_a_patch_of_what_differs_makes_one_session_the_other(case: Case) -> None:
    kind, wanted, present = case
    patch = update_payload(kind, wanted, wanted.differing_fields(present))
    at_zoom = create_payload(kind, present)

    patched = at_zoom | patch | {"settings": at_zoom["settings"] | patch.get("settings", {})}

    assert seen(kind, patched, present) == wanted
    assert wanted.differing_fields(wanted) == frozenset()
    assert update_payload(kind, wanted, ()) == {}


@given(some.webinar_specs)
def test_every_update_of_a_webinar_says_whether_zoom_tells_its_people(spec: MeetingSpec) -> None:
    payload = update_payload(Kind.WEBINAR, spec, ["topic"])

    assert payload["settings"] == {"notify_registrants": spec.zoom_emails}


@given(kinds_with_two_specs)
def test_what_zoom_leaves_unsaid_is_as_expected(case: Case) -> None:
    kind, spec, _ = case

    assert seen(kind, {}, spec) == spec


@given(kinds_with_two_specs)
def test_blanks_that_zoom_trims_are_no_difference(case: Case) -> None:
    kind, spec, _ = case
    padded = spec.model_copy(update={"topic": f" {spec.topic} ", "agenda": f"{spec.agenda}\n"})

    assert seen(kind, create_payload(kind, spec), padded) == padded
