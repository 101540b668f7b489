"""The endpoints of the settings."""

from __future__ import annotations

from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.etags import etag
from lectern.api.http.fields import Query
from lectern.api.http.request import Request
from lectern.api.http.response import Response, status_of_write
from lectern.api.http.retry import retry_on_conflict
from lectern.api.settings.body import SettingsBody
from lectern.api.settings.changes import SettingsChange, version_of
from lectern.api.settings.view import settings_view
from lectern.domain.settings import DEFAULT_CONNECTION


def get_settings(request: Request[None, Query], dependencies: ApiDependencies) -> Response:  # noqa: ARG001 - an endpoint
    """Reads the settings."""
    settings, revision = dependencies.settings().get()
    connection = dependencies.settings().connection(DEFAULT_CONNECTION)
    headers = {"ETag": etag(version_of(revision, connection))}
    return Response(settings_view(settings, connection), headers=headers)


def put_settings(request: Request[SettingsBody, Query], dependencies: ApiDependencies) -> Response:
    """Changes the settings."""
    outcome = retry_on_conflict(SettingsChange(request, dependencies).carry_out)
    view = settings_view(outcome.settings, outcome.connection)
    headers = {"ETag": etag(outcome.version)}
    return Response(view, status_of_write(changed=outcome.changed), headers)
