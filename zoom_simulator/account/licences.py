"""The licences that the account pays for, and who holds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from zoom_simulator.account.model import User, UserType
from zoom_simulator.account.seed import LicencesSeed
from zoom_simulator.bodies.users import FeatureSettings
from zoom_simulator.errors import ZoomError, bad_request, no_permission
from zoom_simulator.world import World


@dataclass(frozen=True)
class AddOn:
    """A licence that a Licensed user can hold beside that of a host, in several capacities.

    Attributes:
        name: Zoom's name of it in a refusal.
        plan: Zoom's name of it in the plan usage.
        paid: How many licences of each capacity the account pays for.
        held: The capacity that a user holds, or 0.
        unlicensed: The refusal for who is not Licensed.
    """

    name: str
    plan: str
    paid: Callable[[LicencesSeed], Mapping[int, int]]
    held: Callable[[User], int]
    unlicensed: Callable[[], ZoomError]


def _no_webinars_unlicensed() -> ZoomError:
    return bad_request(1122, "Webinar feature can only be enabled for Licensed or On-prem users.")


def _no_large_meetings_unlicensed() -> ZoomError:
    return bad_request(1108, "Only Licensed or On-prem users can enable the large meeting feature.")


WEBINARS = AddOn(
    name="Webinar",
    plan="webinar",
    paid=lambda licences: licences.webinars,
    held=lambda user: user.webinar_capacity,
    unlicensed=_no_webinars_unlicensed,
)
LARGE_MEETINGS = AddOn(
    name="Large",
    plan="large",
    paid=lambda licences: licences.large_meetings,
    held=lambda user: user.large_meeting_capacity,
    unlicensed=_no_large_meetings_unlicensed,
)


def hosts_in_use(world: World) -> int:
    """How many users hold a host licence."""
    return sum(user.holds_licence for user in world.users.values())


def in_use(world: World, add_on: AddOn) -> dict[int, int]:
    """How many users hold a licence of each capacity that the account pays for."""
    held = [add_on.held(user) for user in world.users.values() if user.holds_licence]
    return {capacity: held.count(capacity) for capacity in add_on.paid(world.seed.licences)}


def require_host_licence(world: World, *, for_new_user: bool) -> None:
    """Check that one more user can be Licensed.

    Raises:
        ZoomError: 400/3412, if all licences are held; 400/200 in a free account.
    """
    if world.seed.plan == "free":
        raise no_permission()
    most = world.seed.licences.hosts
    if hosts_in_use(world) < most:
        return
    what = (
        'to add a new "Licensed" user couldn\'t be approved'
        if for_new_user
        else 'to convert the user type of a "Basic" user to a "Licensed" user was not approved'
    )
    raise bad_request(
        3412,
        f"Your request {what} at this time because your account has reached the permitted maximum "
        f'number of "{most}" paying users. Please purchase additional licenses or contact the Zoom '
        "support team to provision additional users in your account.",
    )


def change_type(world: World, user: User, new: UserType) -> None:
    """Give a user another type; who is no longer Licensed loses what builds on it.

    Raises:
        ZoomError: as `require_host_licence`; then nothing is changed.
    """
    if new is UserType.LICENSED and user.type is not UserType.LICENSED:
        require_host_licence(world, for_new_user=False)
    user.type = new
    if new is not UserType.LICENSED:
        user.webinar_capacity = user.large_meeting_capacity = 0


def change_features(world: World, user: User, feature: FeatureSettings) -> None:
    """Give a user add-ons, or take them away.

    Raises:
        ZoomError: 400/1122, 400/1108 for who is not Licensed, 400/200 if all are held; then nothing
            is changed.
    """
    webinar = _capacity(
        world, user, WEBINARS, enabled=feature.webinar, wanted=feature.webinar_capacity
    )
    large = _capacity(
        world,
        user,
        LARGE_MEETINGS,
        enabled=feature.large_meeting,
        wanted=feature.large_meeting_capacity,
    )
    user.webinar_capacity, user.large_meeting_capacity = webinar, large
    user.meeting_capacity = feature.meeting_capacity or user.meeting_capacity


def _capacity(
    world: World, user: User, add_on: AddOn, *, enabled: bool | None, wanted: int | None
) -> int:
    """The capacity that a user is to hold: without a word of it that held, or the smallest."""
    held = add_on.held(user)
    if not (held if enabled is None else enabled):
        return 0
    if user.type is not UserType.LICENSED:
        raise add_on.unlicensed()
    paid = add_on.paid(world.seed.licences) if world.seed.plan != "free" else {}
    capacity = wanted or held or min(paid, default=100)
    most = paid.get(capacity, 0)
    if capacity != held and in_use(world, add_on).get(capacity, 0) >= most:
        raise bad_request(200, f"You can add max {most} {add_on.name} {capacity} users.")
    return capacity
