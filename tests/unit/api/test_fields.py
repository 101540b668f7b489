from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from lectern.api.events.body import EventBody, InstructorBody, details_of
from lectern.api.http.fields import Email, FreeText, Moment, TimeZone, Title, WebAddress
from lectern_testing.lms.api import an_event_body


def taken(kind: Any, value: str) -> datetime | str:
    found: datetime | str = TypeAdapter(kind).validate_python(value, strict=True)
    return found


def is_refused(kind: Any, value: str) -> bool:
    with pytest.raises(ValidationError):
        taken(kind, value)
    return True


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-01T10:00:00+01:00",
        "2026-12-01T09:00:00Z",
        "2026-12-01t09:00:00z",
        "2026-12-01T09:00:00.000000Z",
        "2026-12-01T09:00:00.987654321Z",
        "2026-11-30T21:00:00-12:00",
    ],
)
def test_ways_of_writing_one_instant_are_one_instant(text: str) -> None:
    assert taken(Moment, text) == datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2026-12-01T10:00:00",
        "2026-12-01",
        "2026-12-01 10:00:00Z",
        "2026-12-01T10:00Z",
        "2026-12-01T10:00:00+0100",
        "2026-13-01T10:00:00Z",
        "2026-12-01T25:00:00Z",
        "2026-12-01T10:00:60Z",
        "2026-12-01T10:00:00+24:00",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "9998-12-31T23:59:59Z",
        "2200-01-01T00:00:00Z",
        "2199-12-31T23:59:59-01:00",
        "1969-12-31T23:59:59Z",
        "٢٠٢٦-12-01T10:00:00Z",
        "1764579600",
        1764579600,
        1764579600.0,
        True,
        None,
        "",
    ],
)
def test_what_is_no_moment_with_an_offset_is_refused(value: str) -> None:
    assert is_refused(Moment, value)


@pytest.mark.parametrize(
    "name", ["Europe/Copenhagen", "UTC", "Etc/GMT+5", "America/Port-au-Prince"]
)
def test_iana_time_zones_are_taken(name: str) -> None:
    assert taken(TimeZone, name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "CEST",
        "+01:00",
        "Europe",
        "Europe/",
        "../etc/passwd",
        "/etc/passwd",
        "a\0b",
        "localtime",
        "posix/UTC",
    ],
)
def test_what_is_no_iana_time_zone_is_refused(name: str) -> None:
    assert is_refused(TimeZone, name)


@pytest.mark.parametrize(
    "address",
    [
        "kim@acme.example",
        "Kim.Ng+a@sub.acme.test",
        "a@b.invalid",
        "o'brien@acme.example",
        "kim@æble.dk",
    ],
)
def test_e_mail_addresses_are_taken_as_they_are(address: str) -> None:
    assert taken(Email, address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "kim",
        "kim@",
        "@acme.example",
        "kim ng@acme.example",
        "kim@acme..example",
        "Kim <kim@acme.example>",
        "kim@acme.example\n",
        "kim@acme.example,bo@acme.example",
        "a" * 117 + "@acme.example",
    ],
)
def test_what_is_no_e_mail_address_is_refused(address: str) -> None:
    assert is_refused(Email, address)


@pytest.mark.parametrize(
    "url",
    [
        "https://lms.example/m/1?a=b#c",
        "http://localhost:8080",
        "https://[::1]/x",
        "https://a%20b.example/%C3%A6",
    ],
)
def test_web_addresses_are_taken(url: str) -> None:
    assert taken(WebAddress, url) == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "ftp://lms.example",
        "//lms.example",
        "lms.example",
        "https://",
        "https:///x",
        "https://lms.example:port",
        "https://[::1",
        "https://lms.example/a b",
        "https://lms.example/\n",
        'https://x/"',
        "https://lms.example/æ",
        "https://lms.example/" + "a" * 2048,
        "",
    ],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    assert is_refused(WebAddress, url)


def test_a_title_loses_the_blanks_around_it() -> None:
    assert taken(Title, "  Forklift safety \n") == "Forklift safety"


@pytest.mark.parametrize(
    "title", ["", " \n ", "a\nb", "a\0b", "a\u2028b", "a\x7fb", "x" * 201, 5, None]
)
def test_a_title_is_one_line_of_1_to_200_characters(title: str) -> None:
    assert is_refused(Title, title)


def test_a_title_may_be_of_any_script() -> None:
    assert taken(Title, "安" * 200) == "安" * 200


def test_a_description_has_lines_but_no_other_control_characters() -> None:
    assert taken(FreeText, "One.\r\n\tTwo.") == "One.\r\n\tTwo."
    assert is_refused(FreeText, "a\0b")
    assert is_refused(FreeText, "x" * 2001)


def test_an_instructor_without_a_name_is_called_by_the_address() -> None:
    body = EventBody.model_validate(
        an_event_body(instructors=[{"user_id": "u-2", "email": "bo.berg@acme.example"}])
    )
    assert isinstance(body.instructors[0], InstructorBody)
    assert details_of(body).instructors[0].name == "bo.berg"
