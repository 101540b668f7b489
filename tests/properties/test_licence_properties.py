"""However users are made and changed, no licence is held that is not paid for."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from zoom_simulator import World
from zoom_simulator.account import licences, users
from zoom_simulator.account.seed import Seed
from zoom_simulator.bodies.users import FeatureSettings, UpdateUser, UserInfo
from zoom_simulator.errors import ZoomError

LICENSED = [f"licensed{number}@acme.example" for number in range(4)]
NEW = ["one@acme.example", "two@acme.example"]
FREE = 1
PAID = {"webinars": {500: 2, 1000: 1}, "large_meetings": {500: 2}}

Change = Callable[[World], object]
emails = st.sampled_from(LICENSED + NEW)
types = st.sampled_from([1, 2])


def created(action: str, email: str, kind: int) -> Change:
    return lambda world: users.create(
        world, action, UserInfo.model_validate({"email": email, "type": kind})
    )


def given_type(email: str, kind: int) -> Change:
    return lambda world: users.update(
        world, users.require_user(world, email), UpdateUser.model_validate({"type": kind})
    )


def given_features(email: str, feature: FeatureSettings) -> Change:
    return lambda world: licences.change_features(world, users.require_user(world, email), feature)


features = st.builds(
    FeatureSettings,
    webinar=st.sampled_from([None, False, True, True, True]),
    webinar_capacity=st.sampled_from([None, 100, 500, 1000]),
    large_meeting=st.sampled_from([None, False, True]),
    large_meeting_capacity=st.sampled_from([None, 500]),
)
changes = st.one_of(
    st.builds(created, st.sampled_from(["create", "ssoCreate"]), st.sampled_from(NEW), types),
    st.builds(given_type, emails, types),
    st.builds(given_features, emails, features),
    st.builds(given_features, st.sampled_from(LICENSED), features),
)


def small_account() -> World:
    world = World()
    world.users.clear()
    world.apply(
        Seed.model_validate(
            {
                "users": [{"email": email} for email in LICENSED],
                "licences": PAID | {"hosts": len(LICENSED) + FREE},
            }
        )
    )
    return world


@given(st.lists(changes, min_size=5, max_size=30))
def test_no_more_licences_are_held_than_paid_for(sequence: list[Callable[..., Any]]) -> None:
    world = small_account()
    for change in sequence:
        with suppress(ZoomError):
            change(world)
        assert licences.hosts_in_use(world) <= len(LICENSED) + FREE
        for add_on, paid in (
            (licences.WEBINARS, PAID["webinars"]),
            (licences.LARGE_MEETINGS, PAID["large_meetings"]),
        ):
            held = licences.in_use(world, add_on)
            assert all(held[capacity] <= paid[capacity] for capacity in paid)
            assert {add_on.held(user) for user in world.users.values()} <= {0, *paid}
    for user in world.users.values():
        assert user.holds_licence or not (user.webinar_capacity or user.large_meeting_capacity)
