"""Join links say what was signed, and nothing else passes for one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lectern.domain.join.link import ForgedLink, JoinLink, read, sign
from lectern_testing.strategies import identifiers, near_moments

KEY = b"k" * 32
links = st.builds(
    JoinLink,
    event_id=identifiers,
    user_id=identifiers,
    expires_at=st.none() | near_moments.map(lambda moment: moment.replace(microsecond=0)),
)


@given(links)
def test_a_token_says_what_was_signed_in_characters_that_a_path_takes(link: JoinLink) -> None:
    token = sign(link, KEY)
    assert read(token, KEY) == link
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


@given(links, st.binary(min_size=16, max_size=64).filter(lambda key: key != KEY))
def test_another_key_signs_nothing_of_ours(link: JoinLink, other: bytes) -> None:
    with pytest.raises(ForgedLink):
        read(sign(link, other), KEY)


@given(links, st.data())
def test_a_token_with_any_character_changed_is_forged(link: JoinLink, data: Any) -> None:
    token = sign(link, KEY)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters().filter(lambda character: character != token[place]))
    with pytest.raises(ForgedLink):
        read(token[:place] + other + token[place + 1 :], KEY)


@given(st.text(max_size=60) | links.map(lambda link: sign(link, KEY)[:-1]))
def test_anything_else_is_forged(text: str) -> None:
    with pytest.raises(ForgedLink):
        read(text, KEY)


@given(links, links)
def test_the_signature_of_one_link_does_not_fit_another(one: JoinLink, other: JoinLink) -> None:
    if one == other:
        return
    version, payload, _ = sign(one, KEY).split(".")
    *_, signature = sign(other, KEY).split(".")
    with pytest.raises(ForgedLink):
        read(f"{version}.{payload}.{signature}", KEY)
