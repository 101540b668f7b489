"""What an execution is told of how far it is arrives whole: Step Functions cuts long errors."""

from __future__ import annotations

import json

from lectern.api.http.fields import is_identifier
from lectern.domain.enrollment import EnrollmentState
from lectern.domain.errors import Unfinished
from lectern.domain.event import Planned
from lectern.domain.planner import BATCH_SIZE
from lectern.store.keys import enrollment_in_state
from lectern.sync.people.people_pages import PAGE_SIZE, PeoplePass, UserRange
from lectern.sync.rounds import Outcome, Progress, Result, Step

LONGEST_ID = "u" * 128
MOST_CHARACTERS = 32_768
"""Step Functions: the longest ``cause`` of an error."""
TRACE = ["x" * 200] * 20


def test_a_page_of_the_longest_ids_fits_into_an_error() -> None:
    assert is_identifier(LONGEST_ID)
    assert not is_identifier(LONGEST_ID + "u")
    place = enrollment_in_state(EnrollmentState.PENDING, LONGEST_ID)
    batch = UserRange(everyone=False, first=place, last=place, planned=BATCH_SIZE)
    ranges = (batch,) * (PAGE_SIZE // BATCH_SIZE + 1)
    progress = Progress(
        step=Step.PLAN_PAGE,
        planned=Planned(version=10**9, requested=10**9, retry_round=10**9),
        people=PeoplePass(basis="f" * 16, after=place, next=True),
    )
    result = Result(
        outcome=Outcome.PEOPLE, progress=progress, removals=ranges, registrations=ranges
    )

    error = Unfinished(result.model_dump_json())
    cause = {"errorMessage": str(error), "errorType": "Unfinished", "stackTrace": TRACE}

    assert len(json.dumps(cause)) < MOST_CHARACTERS
