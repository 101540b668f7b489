from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lectern.api.http.cursors import decode_cursor, encode_cursor
from lectern.api.http.problems import InvalidRequest

KEY = b"this stack's"
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@settings(deadline=None)
@given(after=texts, query=texts)
def test_a_cursor_gives_back_its_position(after: str, query: str) -> None:
    assert decode_cursor(encode_cursor(after, query, KEY), query, KEY) == after


@settings(deadline=None)
@given(after=texts, query=texts, other=texts)
def test_a_cursor_belongs_to_its_query(after: str, query: str, other: str) -> None:
    if query == other:
        return
    with pytest.raises(InvalidRequest):
        decode_cursor(encode_cursor(after, query, KEY), other, KEY)


@settings(deadline=None)
@given(after=texts, data=st.data())
def test_a_cursor_with_any_character_changed_is_refused(after: str, data: Any) -> None:
    cursor = encode_cursor(after, "events", KEY)
    place = data.draw(st.integers(0, len(cursor) - 1))
    other = data.draw(st.characters().filter(lambda c: c != cursor[place]))
    with pytest.raises(InvalidRequest):
        decode_cursor(cursor[:place] + other + cursor[place + 1 :], "events", KEY)


@settings(deadline=None)
@given(texts)
def test_anything_else_is_no_cursor(text: str) -> None:
    with pytest.raises(InvalidRequest):
        decode_cursor(text, "events", KEY)


@settings(deadline=None)
@given(after=texts)
def test_whoever_does_not_have_the_key_makes_no_cursor(after: str) -> None:
    with pytest.raises(InvalidRequest):
        decode_cursor(encode_cursor(after, "events", b"another's"), "events", KEY)
