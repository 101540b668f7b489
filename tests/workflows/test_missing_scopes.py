"""Each scope that is missing is found by name, and told on the events that want it."""

from __future__ import annotations

import pytest

from lectern.domain.event import Host
from lectern.domain.meeting import Kind
from lectern.domain.scope_knowledge import ScopeState, missing_scopes
from lectern.domain.scopes import BY_NAME, SCOPES
from lectern.domain.settings import (
    Features,
    HostRules,
    InstructorsAs,
    Licence,
    MissingHost,
    Settings,
)
from lectern_testing.accounts import connection_sweep
from lectern_testing.builders import a_details, an_enrollment, an_event
from lectern_testing.stage import Stage

NAMES = [scope.name for scope in SCOPES]
WEBINAR_HOST = Host(user_id="u-w", email="wanda@acme.example")
NEEDED_BY_EVERY_EVENT = [
    ("meeting", "user:read:user:admin"),
    ("meeting", "meeting:write:meeting:admin"),
    ("meeting", "meeting:read:meeting:admin"),
    ("meeting", "meeting:write:batch_registrants:admin"),
    ("webinar", "user:read:user:admin"),
    ("webinar", "webinar:write:webinar:admin"),
    ("webinar", "webinar:read:webinar:admin"),
    ("webinar", "webinar:write:batch_registrants:admin"),
]


def everything(scope: str) -> Settings:
    """Settings under which a scope is used."""
    of_assistants = BY_NAME[scope].feature == "assistants"
    means = InstructorsAs.ASSISTANTS if of_assistants else InstructorsAs.ALTERNATIVE_HOSTS
    return Settings(
        features=Features(webinars=True),
        hosts=HostRules(
            missing_host=MissingHost.CREATE, licence=Licence.ASSIGN, instructors_as=means
        ),
    )


def take_away(stage: Stage, scope: str) -> None:
    stage.seed(scopes=[name for name in NAMES if name != scope])


@pytest.mark.parametrize("scope", NAMES)
def test_each_is_found_by_one_sweep_and_once_it_is_granted_by_the_next(
    stage: Stage, scope: str
) -> None:
    take_away(stage, scope)
    connection_sweep(stage).run()
    known, settings = stage.scopes.knowledge("default"), everything(scope)

    assert [each.name for each in missing_scopes(known, settings)] == [scope]
    for kind in Kind:
        of_kind = missing_scopes(known, settings, kind)
        assert bool(of_kind) is BY_NAME[scope].concerns(kind)

    stage.seed(scopes=NAMES)
    stage.wait(300)
    connection_sweep(stage).run()
    assert missing_scopes(stage.scopes.knowledge("default"), settings) == ()


@pytest.mark.parametrize(("kind", "scope"), NEEDED_BY_EVERY_EVENT)
def test_one_that_an_event_cannot_do_without_is_told_there(
    stage: Stage, kind: str, scope: str
) -> None:
    take_away(stage, scope)
    now = stage.clock.now()
    host = {"host": WEBINAR_HOST} if kind == "webinar" else {}
    stage.settings.put(everything(scope), was_revision=0)
    stage.events.create(an_event(now=now, details=a_details(kind=Kind(kind), **host)))
    stage.enrol(*(an_enrollment(f"u-{n}", now=now) for n in range(3)))

    stage.synchronise()

    problem = stage.event().sync.problem
    assert problem is not None
    assert problem.code == "zoom_scope_missing"
    assert scope in problem.message
    assert stage.scopes.knowledge("default").state(BY_NAME[scope]) is ScopeState.MISSING


def test_a_refusal_is_known_at_once_where_the_token_said_otherwise(stage: Stage) -> None:
    stage.synchronised_event(1)
    scope = BY_NAME["meeting:update:meeting:admin"]
    assert stage.scopes.knowledge("default").state(scope) is ScopeState.GRANTED

    stage.fault(operation="update_meeting", kind="missing_scope", times=None)
    stage.change_details(title="Another")
    stage.synchronise()

    known = stage.scopes.knowledge("default")
    assert known.state(scope) is ScopeState.MISSING
    assert set(known.refused_at) == {scope.name}
    problem = stage.event().sync.problem
    assert problem is not None
    assert scope.name in problem.message
