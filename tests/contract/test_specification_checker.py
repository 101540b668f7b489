"""What is checked against Zoom's own document is checked strictly."""

from __future__ import annotations

from typing import Any

import pytest

from lectern_testing.zoom.specification import (
    SpecificationError,
    ZoomSpecification,
    zoom_specification,
)

EMAIL = "sam@students.example"


@pytest.fixture
def specification() -> ZoomSpecification:
    return zoom_specification()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/users/u/meetings", {"topic": "x" * 201}),
        ("POST", "/users/u/meetings", {"settings": {"aproval_type": 1}}),
        ("PATCH", "/meetings/1", {"start_time": "tomorrow"}),
        ("POST", "/meetings/1/registrants", {"email": EMAIL}),
        ("POST", "/meetings/1/batch_registrants", {"registrants": [{"email": EMAIL}]}),
        ("PUT", "/meetings/1/registrants/status", {"action": "remove"}),
        ("PUT", "/meetings/1/registrants/status", {"action": "deny", "registrants": [{}] * 31}),
        ("DELETE", "/meetings/1", {}),
        ("GET", "/meetings", None),
    ],
)
def test_the_checker_finds_what_is_wrong_in_a_request(
    specification: ZoomSpecification, method: str, path: str, body: dict[str, Any]
) -> None:
    with pytest.raises(SpecificationError):
        specification.check_request(method, path, body)


def test_the_checker_finds_what_is_wrong_in_a_query(specification: ZoomSpecification) -> None:
    path = "/meetings/1/registrants"
    specification.check_request("GET", path, query={"page_size": "300", "status": "denied"})
    for query in ({"page_size": "301"}, {"status": "cancelled"}, {"email": EMAIL}):
        with pytest.raises(SpecificationError):
            specification.check_request("GET", path, query=query)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {"id": "a text"}),
        (200, {"surprise": True}),
        (200, {"settings": {"surprise": True}}),
        (404, {"code": 4242, "message": "?"}),
        (404, {"reason": "?", "error": "?"}),
    ],
)
def test_the_checker_finds_what_is_wrong_in_an_answer(
    specification: ZoomSpecification, status: int, body: dict[str, Any]
) -> None:
    with pytest.raises(SpecificationError):
        specification.check_response("GET", "/meetings/1", status, body)
