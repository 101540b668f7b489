"""What makes the self-tests of connections."""

from __future__ import annotations

from functools import cache

from lectern.composition import http, stores
from lectern.composition.surroundings import now
from lectern.composition.zoom import account_of_tokens, token_source
from lectern.domain.settings import Connection
from lectern.validation.cleaning import LateCleaning
from lectern.validation.run import ValidationDependencies, ZoomApp
from lectern.zoom.meter import Meter, MeteredSession


@cache
def validation_dependencies() -> ValidationDependencies:
    """What self-tests reach the world with."""
    return ValidationDependencies(
        validations=stores.validations(),
        settings=stores.settings(),
        scopes=stores.scopes(),
        events=stores.events(),
        answers=stores.answers(),
        budgets=stores.budgets(),
        app=_app,
        now=now,
    )


def late_cleaning() -> LateCleaning:
    """What ends the self-tests that nobody ended."""
    return LateCleaning(validation_dependencies())


def _app(connection: Connection, meter: Meter) -> ZoomApp:
    session = MeteredSession(http.session(), meter)
    tokens = token_source(connection, session)
    return ZoomApp(tokens, account_of_tokens(tokens, connection.connection_id, session))
