"""Whom a refusal of several people is about, and what each of them is told."""

from __future__ import annotations

import pytest

from lectern.domain.errors import Fault, ZoomRejected
from lectern.domain.people.refused_people import (
    is_of_everybody,
    refusal_of,
    said_of_all,
    said_of_each,
    says_the_same,
    wants_last_names,
)


def rejected(*faults: Fault, code: int = 300, message: str = "Validation Failed.") -> ZoomRejected:
    operation = "batch_meeting_registrants"
    return ZoomRejected(operation, status=400, code=code, zoom_message=message, faults=faults)


@pytest.mark.parametrize(
    "field", ["registrants[3].email", "registrants.3.email", "[3].email", "panelists[3].email"]
)
def test_a_place_is_read_however_zoom_writes_it(field: str) -> None:
    said = said_of_each(rejected(Fault(field, "Invalid email address.")))

    assert list(said) == [3]
    assert refusal_of(said[3]).reason == "invalid_email"
    assert refusal_of(said[3]).message.endswith(
        "Zoom said: email: Invalid email address (code 300)."
    )


def test_nobody_is_told_what_was_said_of_another() -> None:
    error = rejected(
        Fault("registrants[0].email", "Mia's address is invalid."),
        Fault("registrants[1].last_name", "Last name is required."),
        message="Mia and Kim were refused.",
    )

    said = said_of_each(error)

    assert "Mia" in refusal_of(said[0]).message
    assert "Mia" not in refusal_of(said[1]).message
    assert "Kim" not in refusal_of(said[0]).message


def test_a_place_without_a_field_is_read_by_its_words() -> None:
    words = "The email address has not been used as a Zoom account."

    said = said_of_each(rejected(Fault("registrants[2]", words)))

    assert refusal_of(said[2]).reason == "zoom_account_required"


@pytest.mark.parametrize(
    ("error", "is_so"),
    [
        (rejected(Fault("custom_questions", "Answer it.")), True),
        (rejected(Fault("registrants[0].phone", "phone is required.")), True),
        (
            rejected(
                Fault("registrants[0].last_name", "No."), Fault("custom_questions", "Answer it.")
            ),
            True,
        ),
        (rejected(code=3038, message="Meeting is over."), True),
        (rejected(Fault("registrants[0].email", "No.")), False),
        (rejected(code=3043, message="Full."), False),
        (rejected(code=98_765, message="Something new."), False),
    ],
)
def test_what_the_next_one_would_hear_as_well_is_of_everybody(
    error: ZoomRejected, *, is_so: bool
) -> None:
    assert is_of_everybody(error) is is_so


def test_what_is_said_of_all_names_no_places_and_nothing_twice() -> None:
    faults = [Fault(f"registrants[{n}].phone", "phone is required.") for n in range(3)]

    assert said_of_all(rejected(*faults)).faults == (Fault("phone", "phone is required."),)


@pytest.mark.parametrize(
    ("error", "is_so"),
    [
        (rejected(code=98_765, message="No."), True),
        (rejected(code=3000, message="No."), True),
        (rejected(code=300, message="No."), True),
        (rejected(code=3000, message="Users in 'x.example' have been blocked."), False),
        (rejected(code=3027, message="Host cannot register."), False),
        (rejected(code=1001, message="... not been used as a Zoom account."), False),
        (rejected(Fault("email", "No.")), False),
    ],
)
def test_only_what_nobody_knows_may_be_about_anybody(error: ZoomRejected, *, is_so: bool) -> None:
    assert says_the_same(error, error) is is_so
    assert not says_the_same(error, rejected(code=98_766))


def test_a_last_name_is_wanted_where_zoom_says_so() -> None:
    assert wants_last_names(rejected(Fault("last_name", "Required.")))
    assert wants_last_names(rejected(message="The last name is required."))
    assert not wants_last_names(rejected(Fault("first_name", "Required.")))
    assert not wants_last_names(rejected(Fault("email", "Required.")))
