"""The settings of a platform, and the connections to its Zoom accounts."""

from __future__ import annotations

from enum import StrEnum

from lectern.domain.connection_health import ConnectionHealth, HealthState
from lectern.domain.model import DomainModel, Instant

DEFAULT_CONNECTION = "default"


class Drift(StrEnum):
    """The treatment of changes that were made in Zoom by hand."""

    REPAIR = "repair"
    REPORT = "report"


class UnknownRegistrants(StrEnum):
    """The treatment of registrants whom the LMS does not know."""

    KEEP = "keep"
    REMOVE = "remove"


class MissingHost(StrEnum):
    """The treatment of a host who has no Zoom user."""

    FAIL = "fail"
    CREATE = "create"
    CREATE_SSO = "create_sso"


class Licence(StrEnum):
    """The treatment of a host who has no licence."""

    REQUIRE = "require"
    ASSIGN = "assign"


class InstructorsAs(StrEnum):
    """By what means the instructors of a meeting take part."""

    ALTERNATIVE_HOSTS = "alternative_hosts"
    ASSISTANTS = "assistants"
    PARTICIPANTS = "participants"


class Features(DomainModel):
    """Which kinds of event are switched on."""

    meetings: bool = True
    webinars: bool = False


class AccessValidation(DomainModel):
    """Whether only people who meet the requirements are registered, and when it is looked at."""

    enabled: bool = False
    lead_minutes: tuple[int, ...] = (60, 10)
    check_url: str | None = None


class Emails(DomainModel):
    """Whether Zoom sends its own e-mails."""

    zoom_emails: bool = False


class HostRules(DomainModel):
    """How hosts and instructors are brought into Zoom."""

    missing_host: MissingHost = MissingHost.FAIL
    licence: Licence = Licence.REQUIRE
    instructors_as: InstructorsAs = InstructorsAs.ALTERNATIVE_HOSTS


class Notifications(DomainModel):
    """Where the LMS is told; the secret itself is kept apart."""

    url: str | None = None
    secret_changed_at: Instant | None = None


class Settings(DomainModel):
    """The platform's settings, without any secret."""

    features: Features = Features()
    access_validation: AccessValidation = AccessValidation()
    emails: Emails = Emails()
    drift: Drift = Drift.REPAIR
    unknown_registrants: UnknownRegistrants = UnknownRegistrants.KEEP
    hosts: HostRules = HostRules()
    notifications: Notifications = Notifications()
    retention_days: int = 365


class Connection(DomainModel):
    """A Zoom account that the platform uses; its secrets are kept apart.

    Attributes:
        credentials_version: Changes with the credentials, so that a cached secret or a token of
            older credentials is told apart.
        health: Whether the credentials work.
    """

    connection_id: str = DEFAULT_CONNECTION
    account_id: str
    client_id: str
    client_secret_changed_at: Instant
    webhook_secret_changed_at: Instant | None = None
    credentials_version: int = 1
    health: ConnectionHealth = ConnectionHealth()

    @property
    def lost_at(self) -> Instant | None:
        """Since when Zoom takes the credentials no more; tokens of before count no more either."""
        return self.health.since if self.health.state is HealthState.FAILING else None


class ConnectionSecrets(DomainModel):
    """The secrets of a connection, kept in Secrets Manager only.

    Attributes:
        credentials_version: The version of the connection that they belong to.
    """

    client_secret: str
    webhook_secret_token: str | None = None
    credentials_version: int = 1

    def __repr__(self) -> str:
        """Nothing of a secret, wherever a repr may end up."""
        return "ConnectionSecrets(…)"

    __str__ = __repr__
