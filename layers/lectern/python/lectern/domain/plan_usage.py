"""What a Zoom account pays for and what of it is free, read from Zoom's plan usage."""

from __future__ import annotations

from pydantic import Field

from lectern.domain.model import DomainModel


class PlanUsage(DomainModel):
    """The account's plans; what Zoom does not tell is ``None``.

    Attributes:
        base_type: Zoom's name of the base plan, such as ``business_yearly``.
        free_hosts: How many users could be given a licence.
        free_webinars: How many hosts could be given a webinar licence, by how many people it holds.
        has_webinars: Whether the account has webinars at all.
    """

    base_type: str | None = None
    free_hosts: int | None = None
    free_webinars: dict[int, int] = Field(default_factory=dict)
    has_webinars: bool | None = None
