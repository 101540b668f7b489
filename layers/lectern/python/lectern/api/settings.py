"""The endpoints of the settings."""

from __future__ import annotations

from lectern.api.answers import Answer, status_of_write
from lectern.api.calls import Call
from lectern.api.fields import Query
from lectern.api.parts import Parts
from lectern.api.races import until_won
from lectern.api.settings_change import SettingsChange
from lectern.api.settings_model import SettingsBody
from lectern.api.settings_view import settings_view
from lectern.domain.settings import DEFAULT_CONNECTION


def get_settings(call: Call[None, Query], parts: Parts) -> Answer:  # noqa: ARG001 - an endpoint
    """Reads the settings."""
    settings, _ = parts.settings().get()
    return Answer(settings_view(settings, parts.settings().connection(DEFAULT_CONNECTION)))


def put_settings(call: Call[SettingsBody, Query], parts: Parts) -> Answer:
    """Changes the settings."""
    outcome = until_won(SettingsChange(call.body, parts).carry_out)
    view = settings_view(outcome.settings, outcome.connection)
    return Answer(view, status_of_write(changed=outcome.changed))
