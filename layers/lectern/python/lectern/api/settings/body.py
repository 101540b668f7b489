"""The body of the settings: what is left out of it stays as it is."""

from __future__ import annotations

from typing import Annotated

from pydantic import (
    Field,
    field_validator,
)

from lectern.api.connections.body import ZoomBody
from lectern.api.http.fields import Lax, WebAddress, fault
from lectern.api.http.secret_fields import Kept, NotificationSecret, PartialBody
from lectern.domain.settings import Drift, InstructorsAs, Licence, MissingHost, UnknownRegistrants

LEAD_TIMES = 10
WEEK_MINUTES = 7 * 1440
TEN_YEARS_DAYS = 3650


class FeaturesBody(PartialBody):
    """Which kinds of event are switched on."""

    meetings: bool = True
    webinars: bool = False


class AccessValidationBody(PartialBody):
    """Whether only people who meet the requirements are registered."""

    enabled: bool = False
    lead_minutes: list[Annotated[int, Field(ge=1, le=WEEK_MINUTES)]] = Field(
        default=[60, 10], max_length=LEAD_TIMES
    )
    check_url: WebAddress | None = None

    @field_validator("lead_minutes")
    @classmethod
    def _each_once(cls, minutes: list[int]) -> list[int]:
        if len(set(minutes)) < len(minutes):
            raise fault("Names a lead time more than once.")
        return minutes


class EmailsBody(PartialBody):
    """Whether Zoom sends its own e-mails."""

    zoom_emails: bool = False


class HostRulesBody(PartialBody):
    """How hosts and instructors are brought into Zoom."""

    missing_host: Annotated[MissingHost, Lax] = MissingHost.FAIL
    licence: Annotated[Licence, Lax] = Licence.REQUIRE
    instructors_as: Annotated[InstructorsAs, Lax] = InstructorsAs.ALTERNATIVE_HOSTS


class NotificationsBody(PartialBody):
    """Where the LMS is told."""

    url: WebAddress | None = None
    secret: NotificationSecret = Kept.KEPT


class SettingsBody(PartialBody):
    """The platform's settings; what is left out stays as it is."""

    zoom: ZoomBody = ZoomBody()
    features: FeaturesBody = FeaturesBody()
    access_validation: AccessValidationBody = AccessValidationBody()
    emails: EmailsBody = EmailsBody()
    drift: Annotated[Drift, Lax] = Drift.REPAIR
    unknown_registrants: Annotated[UnknownRegistrants, Lax] = UnknownRegistrants.KEEP
    hosts: HostRulesBody = HostRulesBody()
    notifications: NotificationsBody = NotificationsBody()
    retention_days: int = Field(default=365, ge=1, le=TEN_YEARS_DAYS)
