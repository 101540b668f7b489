"""What is to be done about a problem is said in the language of whoever looks."""

from __future__ import annotations

import pytest

from lectern.domain.problems import EventProblem
from lectern_testing.console import as_failed
from lectern_testing.lms.api import Lms
from lectern_testing.operator import Operator


@pytest.mark.parametrize(
    ("language", "told"),
    [("da", "Giv værten en Zoom-licens, "), ("de", "Geben Sie dem Gastgeber eine Zoom-Lizenz, "),
     ("fr", "Donnez une licence Zoom "), ("es", "Dé una licencia de Zoom ")],
)  # fmt: skip
def test_what_is_to_be_done_is_said_in_the_visitor_s_language(
    lms: Lms, language: str, told: str
) -> None:
    lms.put_event()
    as_failed(lms, "ev-1", EventProblem.HOST_NOT_LICENSED)
    operator = Operator(lms, language)
    operator.enter()

    for path in ("/console", "/console/events/ev-1", "/console/events/ev-1/why"):
        page = operator.get(path).text
        assert f">{told}" in page
        assert "Give the host a Zoom licence" not in page
