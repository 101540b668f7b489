"""The settings of the platform."""

from __future__ import annotations

from lectern.api.http.response import Response
from lectern.api.settings.body import SettingsBody
from lectern.api.settings.endpoints import get_settings, put_settings
from lectern.api.settings.view import SettingsView
from lectern.console.forms.conflict import condition, filled_in_again
from lectern.console.forms.fields import body_of
from lectern.console.forms.filling import Filling, refusal_of, stored
from lectern.console.forms.settings import SECTIONS, SETTINGS_FIELDS
from lectern.console.http.visit import Visit
from lectern.console.pages.settings_history import last_author

_SAVED = "saved"


def settings_page(visit: Visit) -> Response:
    """Shows the settings, to be changed."""
    return _page(visit, _stored(visit))


def save_settings(visit: Visit) -> Response:
    """Saves the settings; what is refused is shown at its field, with all that was typed."""
    refusal = refusal_of(lambda: _put(visit))
    if refusal is None:
        return visit.to("/settings", done=_SAVED)
    return _page(visit, filled_in_again(SETTINGS_FIELDS, _stored(visit), visit.form, refusal))


def _put(visit: Visit) -> None:
    body = SettingsBody.model_validate(body_of(SETTINGS_FIELDS, visit.form))
    visit.ask(put_settings, SettingsView, body=body, headers=condition(visit.form))


def _stored(visit: Visit) -> Filling:
    view, version = visit.ask_versioned(get_settings, SettingsView)
    return stored(SETTINGS_FIELDS, view.model_dump(), version)


def _page(visit: Visit, filling: Filling) -> Response:
    is_saved = visit.query.get("done") == _SAVED
    return visit.page(
        "settings.html",
        filling.status,
        sections=SECTIONS,
        fields=SETTINGS_FIELDS,
        filling=filling,
        is_saved=is_saved,
        changed_by=last_author(visit) if filling.differences else None,
    )
