"""What the administrators of an account have decided: its rules, beside those of Zoom itself.

An account has a policy, and a user may have one that differs in some points. By default it forbids
nothing. Zoom's own oddities that are not the same everywhere are among it too, so that whoever
shares a simulator can have them for one host.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from zoom_simulator.account.passcodes import PasscodeRequirement
from zoom_simulator.bodies.sessions import MeetingSettings, SessionSettings, WebinarSettings

_SETTINGS: tuple[type[SessionSettings], ...] = (MeetingSettings, WebinarSettings)
_NO_REGISTRATION = 2
"""The one ``approval_type`` that can be locked: an account can do without registration."""


class Policy(BaseModel):
    """The rules that hold for the sessions of a host.

    Attributes:
        passcode: What passcodes have to be like.
        passcode_told: Whether the settings of a user say so; else they leave it out, or are refused
            as on Basic accounts.
        locked: Settings of sessions that have this value, whatever a call says.
        required_questions: What the registration form must have answered: names of Zoom's own
            fields (``phone``), or the titles of questions of the account.
        last_name_required: Whether the registration form must have a last name.
        private_domains: E-mail domains that are no work addresses, which registration wants.
        blocked_domains: E-mail domains that are blocked beside those of the account.
        zoom_accounts: The addresses, or ``@domains``, that have a Zoom account beside all users;
            ``None``: everybody has one.
        refused_timezones: Time zones that are known to the world, but not to Zoom.
        timezone_aliases: By what other name Zoom keeps a time zone.
        texts: Whether titles and agendas are kept as sent, tidied (line ends, control characters,
            blanks around), or also squeezed (several blanks are one).
        past_start_is_now: Whether what is scheduled into the past begins now.
        undeleted_recovery: What comes of recovering what was never deleted.
        full_is_not_found: Whether a full session is refused with 404, as Zoom's older document has
            it.
    """

    model_config = ConfigDict(extra="forbid")

    passcode: PasscodeRequirement = Field(default_factory=PasscodeRequirement)
    passcode_told: Literal["told", "left_out", "refused"] = "told"
    locked: dict[str, Any] = Field(default_factory=dict)
    required_questions: list[str] = Field(default_factory=list)
    last_name_required: bool = False
    private_domains: list[str] = Field(default_factory=list)
    blocked_domains: list[str] = Field(default_factory=list)
    zoom_accounts: list[str] | None = None
    refused_timezones: list[str] = Field(default_factory=list)
    timezone_aliases: dict[str, str] = Field(default_factory=dict)
    texts: Literal["as_sent", "tidied", "squeezed"] = "as_sent"
    past_start_is_now: bool = False
    undeleted_recovery: Literal["accepted", "not_found", "refused"] = "accepted"
    full_is_not_found: bool = False

    @field_validator("locked")
    @classmethod
    def _are_settings(cls, locked: dict[str, Any]) -> dict[str, Any]:
        for name, value in locked.items():
            having = [settings for settings in _SETTINGS if name in settings.model_fields]
            if not having:
                raise ValueError(f"There is no setting {name}.")
            for settings in having:
                settings.model_validate({name: value})
        if locked.get("approval_type", _NO_REGISTRATION) != _NO_REGISTRATION:
            raise ValueError("Registration can be locked off, not on.")
        return locked

    def but(self, other: Policy) -> Policy:
        """This policy, but for what ``other`` names."""
        named = {name: getattr(other, name) for name in other.model_fields_set}
        return self.model_copy(update=named)

    def has_zoom_account(self, email: str) -> bool:
        """Whether an address that is no user's has a Zoom account."""
        known = self.zoom_accounts
        return known is None or _is_in(email, known)

    def is_private(self, email: str) -> bool:
        """Whether an address is nobody's at work."""
        return _is_in(email, [f"@{domain}" for domain in self.private_domains])


def _is_in(email: str, listed: list[str]) -> bool:
    """Whether an address, or its ``@domain``, is in a list."""
    wanted = email.lower()
    return not {wanted, "@" + wanted.rpartition("@")[2]}.isdisjoint(each.lower() for each in listed)
