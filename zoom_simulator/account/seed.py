"""What a simulated account is made of, as ``/_sim/seed`` and ``--seed`` take it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from zoom_simulator.account.model import UserType
from zoom_simulator.account.policy import Policy
from zoom_simulator.operations import OPERATIONS, RateClass

Plan = Literal["free", "pro", "business"]
WebinarCapacity = Literal[0, 100, 500, 1000, 3000, 5000, 10000]
LargeMeetingCapacity = Literal[0, 500, 1000, 3000, 5000]
SCOPES_OF_WEBHOOKS = ("meeting:read:participant:admin", "webinar:read:participant:admin")
"""Granted only so that events are sent; no operation needs them."""
ALL_SCOPES = tuple(
    sorted({operation.scope for operation in OPERATIONS.values()} | {*SCOPES_OF_WEBHOOKS})
)
MAXIMUM_SUBSCRIPTIONS = 20


class SeedModel(BaseModel):
    """A part of a seed; a misspelt field is an error."""

    model_config = ConfigDict(extra="forbid")


class UserSeed(SeedModel):
    """A user; one with the same address is changed in the fields that are given."""

    email: str
    id: str | None = None
    type: UserType = UserType.LICENSED
    status: Literal["active", "inactive", "pending", "invitation_expired", "elsewhere"] = "active"
    first_name: str = ""
    last_name: str = ""
    timezone: str = "UTC"
    pmi: int | None = None
    meeting_capacity: int = 300
    webinar_capacity: WebinarCapacity = 0
    large_meeting_capacity: LargeMeetingCapacity = 0
    use_pmi_by_default: bool = False
    policy: Policy = Field(default_factory=Policy)


class Credentials(SeedModel):
    """What the Server-to-Server OAuth app of the account is known by."""

    account_id: str = "local-account"
    client_id: str = "local-client"
    client_secret: str = "local-secret"  # noqa: S105 - the well-known secret of the simulator
    webhook_secret_token: str = "local-webhook-secret"  # noqa: S105 - likewise


def _default_webinar_licences() -> dict[int, int]:
    return {100: 5, 500: 10, 1000: 5, 3000: 2, 5000: 1, 10000: 1}


def _default_large_meeting_licences() -> dict[int, int]:
    return {500: 5, 1000: 2}


class LicencesSeed(SeedModel):
    """The licences that the account pays for.

    Attributes:
        hosts: How many users can be Licensed.
        webinars: How many hosts can have a webinar licence of each capacity; empty where the
            account has no webinar plan.
        large_meetings: The same of large meetings.
    """

    hosts: Annotated[int, Field(ge=0)] = 100
    webinars: dict[int, Annotated[int, Field(ge=0)]] = Field(
        default_factory=_default_webinar_licences
    )
    large_meetings: dict[int, Annotated[int, Field(ge=0)]] = Field(
        default_factory=_default_large_meeting_licences
    )


class Owner(SeedModel):
    """The owner of the account, in whose name the app acts."""

    id: str = "local-owner"
    email: str = "owner@acme.example"


class RateSeed(SeedModel):
    """The limits of one rate class; ``None`` is no limit."""

    per_second: Annotated[int, Field(ge=0)] | None = None
    per_day: Annotated[int, Field(ge=0)] | None = None


class LimitsSeed(SeedModel):
    """Zoom's limits, where they are not to be those of the plan.

    Attributes:
        scale: Multiplies the limits of the account (not those of a host or a registrant).
        classes: Limits of a rate class instead of the plan's.
        host_writes_per_day: Creates and updates of the meetings of one host.
        registrations_per_day: Registrations of one person for one meeting.
        status_changes_per_day: Status changes of one registrant of one meeting.
        invitations_per_day: Users who are created with an invitation; ``None`` for the plan's.
    """

    scale: Annotated[float, Field(gt=0)] = 1.0
    classes: dict[RateClass, RateSeed] = Field(default_factory=dict)
    host_writes_per_day: int = 100
    registrations_per_day: int = 3
    status_changes_per_day: int = 10
    invitations_per_day: int | None = None


class SubscriptionSeed(SeedModel):
    """An event subscription of the app.

    Attributes:
        url: The endpoint.
        events: Names of events, or patterns such as ``meeting.*``.
        challenge: Challenge the endpoint at once, not only after 72 hours.
    """

    url: Annotated[str, Field(pattern=r"^https?://[^\s/]+")]
    events: list[str] = Field(default_factory=lambda: ["*"])
    challenge: bool = True


class WebhooksSeed(SeedModel):
    """The event subscriptions of the app, all of them.

    Attributes:
        restamps: Whether a retry or duplicate has a time, signature and request id of its own;
            Zoom does not say.
        shapes: Whether events have the shapes of Zoom's document, or, where they differ, those of
            its examples and of integrators' reports.
    """

    subscriptions: Annotated[list[SubscriptionSeed], Field(max_length=MAXIMUM_SUBSCRIPTIONS)] = (
        Field(default_factory=list)
    )
    restamps: bool = False
    shapes: Literal["documented", "reported"] = "documented"

    @classmethod
    def of_lectern(cls, base_url: str) -> WebhooksSeed:
        """Those of an installation of Lectern that is about to start."""
        return cls(
            subscriptions=[
                SubscriptionSeed(
                    url=f"{base_url.rstrip('/')}/webhook/zoom-{kind}",
                    events=[f"{kind}.*"],
                    challenge=False,
                )
                for kind in ("meeting", "webinar")
            ]
        )


class ReportsSeed(SeedModel):
    """How late Zoom is with what it knows of sessions that ended; seconds are of the clock.

    Attributes:
        ready_after_seconds: From the end until there is a report.
        complete_after_seconds: From the end until durations are not 0 any more.
        until_ready: What a report is before: an empty list, or 404/3001.
        registrants_emails: Whether Zoom shows the addresses of registrants who are not its users.
    """

    ready_after_seconds: Annotated[float, Field(ge=0)] = 5
    complete_after_seconds: Annotated[float, Field(ge=0)] = 10
    until_ready: Literal["empty", "not_found"] = "empty"
    registrants_emails: bool = True


class Seed(SeedModel):
    """A whole or partial account. What is not given stays as it is."""

    plan: Plan = "business"
    users: list[UserSeed] = Field(default_factory=list)
    scopes: list[str] = Field(default_factory=lambda: list(ALL_SCOPES))
    licences: LicencesSeed = Field(default_factory=LicencesSeed)
    credentials: Credentials = Field(default_factory=Credentials)
    app_activated: bool = True
    owner: Owner = Field(default_factory=Owner)
    limits: LimitsSeed = Field(default_factory=LimitsSeed)
    blocked_domains: list[str] = Field(default_factory=list)
    policy: Policy = Field(default_factory=Policy)
    users_elsewhere: list[str] = Field(default_factory=list)
    single_sign_on: bool = True
    registrant_capacity: Annotated[int, Field(ge=0)] = 4999
    panelist_capacity: Annotated[int, Field(ge=0)] = 100
    parallel_tokens: bool = False
    uuids_with_slashes: bool = False
    reports: ReportsSeed = Field(default_factory=ReportsSeed)
    webhooks: WebhooksSeed = Field(default_factory=WebhooksSeed)

    @property
    def has_webinars(self) -> bool:
        """Whether the account has a webinar plan, which a free account cannot have."""
        return self.plan != "free" and any(self.licences.webinars.values())

    def changed_by(self, other: Seed) -> Seed:
        """This seed with the fields that ``other`` names; users are merged elsewhere."""
        given = {name: getattr(other, name) for name in other.model_fields_set}
        return self.model_copy(update=given)


DEFAULT_USERS: Mapping[str, UserSeed] = {
    user.email: user
    for user in (
        UserSeed(email="anna@acme.example", first_name="Anna", last_name="Ek"),
        UserSeed(email="bo@acme.example", first_name="Bo", last_name="Lund"),
        UserSeed(email="cleo@acme.example", first_name="Cleo", last_name="Marsh"),
        UserSeed(email="wanda@acme.example", first_name="Wanda", webinar_capacity=500),
        UserSeed(email="walt@acme.example", first_name="Walt", webinar_capacity=1000),
        UserSeed(email="wilma@acme.example", first_name="Wilma", webinar_capacity=100),
        UserSeed(email="basic@acme.example", first_name="Basic", type=UserType.BASIC),
        UserSeed(email="pending@acme.example", first_name="Pending", status="pending"),
        UserSeed(email="inactive@acme.example", first_name="Inactive", status="inactive"),
        UserSeed(email="unassigned@acme.example", type=UserType.UNASSIGNED),
    )
}

DEFAULT_SEED = Seed(users=list(DEFAULT_USERS.values()))
