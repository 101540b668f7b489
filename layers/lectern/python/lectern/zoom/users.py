"""The users of a Zoom account: who can host, and what for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pydantic import Field, field_validator

from lectern.domain.address import address_key
from lectern.domain.errors import ZoomNotFound, ZoomRejected, ZoomScopeMissing
from lectern.domain.passcode import PasscodeRule
from lectern.domain.zoom_refusals import USER_MISSING
from lectern.zoom import operations as zoom
from lectern.zoom.client import ZoomRequests
from lectern.zoom.response import ZoomResponse

_OWN_USER = "me"
"""Zoom: the user in whose name the token was given."""

BASIC, LICENSED = 1, 2
"""Zoom's user types without and with a licence; only the second can have registration."""

SMALLEST_WEBINARS = 100
"""Zoom sells no smaller webinar licence: what a licence holds whose size is left unsaid."""

LARGEST_WEBINARS = 10_000
"""Zoom sells no larger webinar licence: what a host's webinars are taken to hold of which Zoom
says nothing at all. Whether they do is then for Zoom to decide."""

SMALLEST_MEETINGS = 100
"""The meetings of every plan hold as many."""

_WEBINAR_FEATURES: Mapping[str, str] = MappingProxyType(
    {
        "webinar": "webinar_capacity",
        "zoom_webinars_plus_unlimited": "zoom_webinars_plus_unlimited_capacities",
        "zoom_events": "zoom_events_capacity",
        "zoom_events_unlimited": "zoom_events_unlimited_capacities",
    }
)
"""What lets a user host webinars, and where Zoom says how many people those hold."""


class ZoomUser(ZoomResponse):
    """A user of the Zoom account, as far as hosting is concerned.

    Of whom Zoom leaves it unsaid can host until Zoom refuses it.
    """

    id: str = Field(min_length=1)
    email: str = ""
    licence: int = Field(default=LICENSED, alias="type")
    status: str = "active"

    @field_validator("status")
    @classmethod
    def _is_said(cls, status: str) -> str:
        return status or "active"


class ZoomUserSettings(ZoomResponse):
    """A user's settings, as far as hosting is concerned."""

    feature: dict[str, Any] = Field(default_factory=dict)
    meeting_security: dict[str, Any] = Field(default_factory=dict)
    schedule_meeting: dict[str, Any] = Field(default_factory=dict)

    @property
    def webinar_capacity(self) -> int:
        """How many people the user's webinars hold; 0 for a user who cannot host any."""
        held = [
            max(_sizes(self.feature.get(sizes)) or [SMALLEST_WEBINARS])
            for switch, sizes in _WEBINAR_FEATURES.items()
            if self.feature.get(switch) is True
        ]
        return max(held, default=0 if self._says_that_there_are_none else LARGEST_WEBINARS)

    @property
    def _says_that_there_are_none(self) -> bool:
        switches = [self.feature.get(switch, False) for switch in _WEBINAR_FEATURES]
        return bool(self.feature) and all(switch is False for switch in switches)

    @property
    def meeting_capacity(self) -> int:
        """How many people the user's meetings hold."""
        large = self.feature.get("large_meeting") is True
        said = [self.feature.get("meeting_capacity")]
        said += [self.feature.get("large_meeting_capacity")] if large else []
        return max(size for each in (*said, SMALLEST_MEETINGS) for size in _sizes(each))

    @property
    def passcode_rule(self) -> PasscodeRule | None:
        """The rule for passcodes of the user's sessions; ``None`` where Zoom says nothing.

        Zoom tells it in two places, depending on what is asked for.
        """
        places = (self.meeting_security, self.schedule_meeting)
        said = (each.get("meeting_password_requirement") for each in places)
        found = next((each for each in said if isinstance(each, dict)), None)
        return _passcode_rule(found) if found else None


def _passcode_rule(said: Mapping[str, Any]) -> PasscodeRule:
    return PasscodeRule(
        length=max(_sizes(said.get("length")) or [1]),
        only_digits=said.get("only_allow_numeric") is True,
        letter=said.get("have_letter") is True,
        digit=said.get("have_number") is True,
        special=said.get("have_special_character") is True,
        both_cases=said.get("have_upper_and_lower_characters") is True,
        most_in_a_row=max(_sizes(said.get("consecutive_characters_length")) or [0]),
    )


def _sizes(said: object) -> list[int]:
    several = said if isinstance(said, list) else [said]
    return [int(size) for size in several if isinstance(size, int | str) and str(size).isdecimal()]


class Users:
    """The users of one Zoom account.

    Args:
        calls: The account's calls.

    All methods raise ``ZoomError`` in its classes; only what is special is named at each.
    """

    def __init__(self, calls: ZoomRequests) -> None:
        self._calls = calls

    def find(self, email: str) -> ZoomUser:
        """The user with this address.

        Raises:
            ZoomNotFound: The account has none.
        """
        user = self._calls.read(ZoomUser, zoom.GET_USER, path={"user_id": email})
        if user.email and address_key(user.email) != address_key(email):
            # Zoom does not say what it folds: whoever has another address is somebody else.
            raise ZoomNotFound(zoom.GET_USER.name, code=USER_MISSING)
        return user

    def own(self) -> ZoomUser:
        """The user in whose name the app acts: with Server-to-Server OAuth the account's owner."""
        return self._calls.read(ZoomUser, zoom.GET_USER, path={"user_id": _OWN_USER})

    def webinar_capacity(self, user_id: str) -> int:
        """How many people the user's webinars hold; 0 for a user who cannot host any."""
        return self._settings(user_id).webinar_capacity

    def meeting_capacity(self, user_id: str) -> int:
        """How many people the user's meetings hold."""
        return self._settings(user_id).meeting_capacity

    def passcode_rule(self, user_id: str) -> PasscodeRule | None:
        """Reads the rule for passcodes of the user's sessions; ``None`` where Zoom says nothing.

        Zoom does not tell it of Basic accounts, and refuses to be asked.
        """
        try:
            return self._settings(user_id, option="meeting_security").passcode_rule
        except (ZoomNotFound, ZoomRejected, ZoomScopeMissing):
            return None

    def _settings(self, user_id: str, **query: str) -> ZoomUserSettings:
        path = {"user_id": user_id}
        return self._calls.read(ZoomUserSettings, zoom.GET_USER_SETTINGS, path=path, query=query)

    def create(self, email: str, *, by_sso: bool) -> ZoomUser:
        """Makes a user without a licence.

        Args:
            email: The user's address.
            by_sso: Whether the user signs in through the account's single sign-on, and is active
                at once; otherwise Zoom invites the user by e-mail.

        Raises:
            ZoomRejected: Zoom has the address already, here or in another account, or refuses it.
        """
        body = {
            "action": "ssoCreate" if by_sso else "create",
            "user_info": {"email": email, "type": BASIC},
        }
        return self._calls.read(ZoomUser, zoom.CREATE_USER, path={}, body=body)

    def license(self, user_id: str) -> None:
        """Gives the user a licence.

        Raises:
            ZoomRejected: The account has none left, or Zoom refuses it for this user.
        """
        self._calls.make(zoom.UPDATE_USER, path={"user_id": user_id}, body={"type": LICENSED})

    def give_webinars(self, user_id: str, capacity: int) -> None:
        """Gives the user a webinar licence of this size.

        Raises:
            ZoomRejected: The account has none left, or Zoom refuses it for this user.
        """
        feature = {"webinar": True, "webinar_capacity": capacity}
        path = {"user_id": user_id}
        self._calls.make(zoom.UPDATE_USER_SETTINGS, path=path, body={"feature": feature})
