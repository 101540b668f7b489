"""What people are called where Zoom wants one name: as much of it as Zoom takes."""

from __future__ import annotations

import pytest

from lectern.domain.enrollment import Person
from lectern.zoom.panelists import display_name


@pytest.mark.parametrize(
    ("first", "last", "called"),
    [
        ("Kim", "Ng", "Kim Ng"),
        ("Kim", "", "Kim"),
        ("K" * 64, "N" * 64, "K" * 64),
        ("小明", "王", "小明 王"),
        ("一二三四五六七八九十百千", "", "一二三四五六七八九十百千"),
        ("一二三四五六七八九十百千万", "", "一二三四五六七八九十百千"),
        ("一二三四五六七", "八九十百千万亿", "一二三四五六七 八九十百千"),
        ("一二三四五六七八九十百千", "Ng", "一二三四五六七八九十百千 Ng"),
        ("Kim 一二三四五六七八九十百千 Ng", "万", "Kim 一二三四五六七八九十百千 Ng"),
        ("𠀀" * 13, "", "𠀀" * 12),
    ],
)
def test_a_name_is_cut_to_what_zoom_takes(first: str, last: str, called: str) -> None:
    person = Person(email="kim@people.example", first_name=first, last_name=last)

    assert display_name(person) == called
