"""Console links and roles: tokens that begin one session, and who may do what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lectern.domain.console.link import ConsoleLink, new_link_id, read, sign
from lectern.domain.console.session import OperatorRole
from lectern.domain.signed_link import ForgedLink

NOW = datetime(2030, 3, 17, 9, 0, 0, 123456, tzinfo=UTC)
KEY = b"k" * 64
LINK = ConsoleLink(
    link_id=new_link_id(),
    user_id="op:1@x",
    role=OperatorRole.SUPPORT,
    path="/console/events/ev-1",
    issued_at=NOW,
    expires_at=NOW + timedelta(minutes=5),
)


def test_a_token_says_what_was_signed() -> None:
    assert read(sign(LINK, KEY), KEY) == LINK


@pytest.mark.parametrize("forged", ["", "x", sign(LINK, KEY)[:-2], sign(LINK, b"o" * 64)])
def test_a_token_of_another_key_or_form_is_forged(forged: str) -> None:
    with pytest.raises(ForgedLink):
        read(forged, KEY)


def test_no_two_links_have_one_id() -> None:
    assert new_link_id() != new_link_id()


def test_an_admin_may_do_what_support_may_and_not_the_other_way() -> None:
    admin, support = OperatorRole.ADMIN, OperatorRole.SUPPORT

    assert admin.includes(support)
    assert admin.includes(admin)
    assert support.includes(support)
    assert not support.includes(admin)
