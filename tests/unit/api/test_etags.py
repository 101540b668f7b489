from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lectern.api.http.etags import check_if_match, etag
from lectern.api.http.problems import PreconditionFailed
from lectern_testing.builders import an_event

versions = st.integers(1, 10_000)


@settings(deadline=None)
@given(versions)
def test_the_tag_of_a_version_matches_it(version: int) -> None:
    check_if_match({"if-match": etag(version)}, an_event(version=version))


@settings(deadline=None)
@given(versions, versions)
def test_the_tag_of_another_version_is_stale(version: int, other: int) -> None:
    if version == other:
        return
    with pytest.raises(PreconditionFailed):
        check_if_match({"if-match": etag(other)}, an_event(version=version))


@pytest.mark.parametrize("condition", ['"3"', 'W/"3"', '"2", "3"', 'W/"1",W/"3"', "*", " * ", "3"])
def test_conditions_that_name_version_3(condition: str) -> None:
    check_if_match({"if-match": condition}, an_event(version=3))


@pytest.mark.parametrize("condition", ['"2"', '"33"', "", '"', "x", '"*"', "2, 4", '"3'])
def test_conditions_that_do_not_name_version_3(condition: str) -> None:
    with pytest.raises(PreconditionFailed):
        check_if_match({"if-match": condition}, an_event(version=3))


@pytest.mark.parametrize("condition", ["*", '"1"'])
def test_no_condition_holds_for_what_does_not_exist(condition: str) -> None:
    with pytest.raises(PreconditionFailed):
        check_if_match({"if-match": condition}, None)


def test_without_a_condition_anything_goes() -> None:
    check_if_match({}, None)
    check_if_match({}, an_event())
