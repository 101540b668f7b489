"""Which scopes are there: from what tokens and refusals said, whichever is newer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lectern.domain.meeting import Kind
from lectern.domain.scope_knowledge import ScopeKnowledge, missing_scopes
from lectern.domain.scopes import BY_NAME, SCOPES, Feature, Scope
from lectern.domain.settings import (
    Features,
    HostRules,
    InstructorsAs,
    Licence,
    MissingHost,
    Settings,
)
from lectern.zoom.operations import OPERATIONS
from zoom_simulator.account.seed import ALL_SCOPES

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
BEFORE, AFTER = NOW - timedelta(minutes=1), NOW + timedelta(minutes=1)
NAMES = frozenset(BY_NAME)
EVERYTHING = Settings(
    features=Features(meetings=True, webinars=True),
    hosts=HostRules(missing_host=MissingHost.CREATE, licence=Licence.ASSIGN),
)
CREATE = BY_NAME["meeting:write:meeting:admin"]
CLASSIC = {
    *("meeting:read:admin", "meeting:write:admin", "webinar:read:admin", "webinar:write:admin"),
    *("user:read:admin", "user:write:admin", "report:read:admin", "account:read:admin"),
}
each_scope = pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: scope.name)


def granted(*names: str) -> ScopeKnowledge:
    return ScopeKnowledge(granted=frozenset(names), granted_at=NOW)


def missing(known: ScopeKnowledge) -> list[str]:
    return [scope.name for scope in SCOPES if known.state(scope) == "missing"]


def test_there_are_45_of_them_and_each_operation_has_its_own() -> None:
    assert len(SCOPES) == len(NAMES) == 45
    assert {operation.scope for operation in OPERATIONS} < NAMES
    assert frozenset(ALL_SCOPES) == NAMES


@each_scope
def test_each_says_something_of_its_own(scope: Scope) -> None:
    assert scope.without.endswith(".")
    assert [each.without for each in SCOPES].count(scope.without) == 1


@each_scope
def test_the_one_that_the_token_lacks_is_missing_and_no_other(scope: Scope) -> None:
    known = granted(*NAMES - {scope.name})

    assert missing(known) == [scope.name]
    assert known.superfluous == ()


@each_scope
def test_a_refusal_is_of_one_scope_alone(scope: Scope) -> None:
    known = ScopeKnowledge(refused_at={scope.name: NOW})

    assert {each.name for each in SCOPES if known.state(each) == "unknown"} == NAMES - {scope.name}
    assert missing(known) == [scope.name]


@pytest.mark.parametrize(
    ("names", "refused_at", "state"),
    [
        (None, None, "unknown"),
        (None, NOW, "missing"),
        ([CREATE.name], None, "granted"),
        ([CREATE.name], BEFORE, "granted"),
        ([CREATE.name], NOW, "granted"),
        ([CREATE.name], AFTER, "missing"),
        ([], None, "missing"),
        ([], BEFORE, "missing"),
        ([], AFTER, "missing"),
    ],
)
def test_the_newer_word_counts(
    names: list[str] | None, refused_at: datetime | None, state: str
) -> None:
    known = ScopeKnowledge(
        granted=None if names is None else frozenset(names),
        granted_at=None if names is None else NOW,
        refused_at={CREATE.name: refused_at} if refused_at else {},
    )

    assert known.state(CREATE) == state


@pytest.mark.parametrize(
    ("refused_at", "worked_at", "state"),
    [(None, BEFORE, "granted"), (BEFORE, NOW, "granted"), (NOW, BEFORE, "missing")],
)
def test_a_call_that_works_proves_what_the_token_does_not_name(
    refused_at: datetime | None, worked_at: datetime, state: str
) -> None:
    known = ScopeKnowledge(
        granted=frozenset({"user:read:user:admin"}),
        granted_at=AFTER,
        refused_at={CREATE.name: refused_at} if refused_at else {},
        worked_at={CREATE.name: worked_at},
    )

    assert known.state(CREATE) == state
    assert known.checked_at == AFTER


@pytest.mark.parametrize(
    ("granted_at", "refused_at", "checked_at"),
    [(None, None, None), (NOW, None, NOW), (NOW, BEFORE, NOW), (NOW, AFTER, AFTER)],
)
def test_what_zoom_said_last_is_the_time_of_the_check(
    granted_at: datetime | None, refused_at: datetime | None, checked_at: datetime | None
) -> None:
    known = ScopeKnowledge(
        granted=frozenset() if granted_at else None,
        granted_at=granted_at,
        refused_at={CREATE.name: refused_at} if refused_at else {},
    )

    assert known.checked_at == checked_at


def test_the_scopes_of_an_older_app_include_everything() -> None:
    known = granted(*CLASSIC)

    assert missing(known) == []
    assert known.superfluous == ()


@pytest.mark.parametrize(
    ("classic", "prefixes"),
    [
        ("meeting:read:admin", ("meeting:read:",)),
        ("meeting:write:admin", ("meeting:write:", "meeting:update:", "meeting:delete:")),
        ("webinar:read:admin", ("webinar:read:",)),
        ("webinar:write:admin", ("webinar:write:", "webinar:update:", "webinar:delete:")),
        ("user:read:admin", ("user:read:",)),
        ("user:write:admin", ("user:",)),
        ("report:read:admin", ("report:",)),
        ("account:read:admin", ("billing:",)),
        ("meeting:read", ()),
        ("meeting:write:meeting", ()),
        ("user:read:user:master", ()),
    ],
)
def test_a_classic_scope_includes_what_zoom_says_it_does(
    classic: str, prefixes: tuple[str, ...]
) -> None:
    included = NAMES - {*missing(granted(classic))}

    assert included == {name for name in NAMES if name.startswith(prefixes)}


def test_what_nothing_needs_is_superfluous() -> None:
    known = granted(*NAMES, "user:read:list_users:admin", "dashboard:read:chat:admin")

    assert known.superfluous == ("dashboard:read:chat:admin", "user:read:list_users:admin")


def test_a_scope_of_an_unused_feature_is_told_as_such() -> None:
    webinars = BY_NAME["webinar:write:webinar:admin"]

    assert webinars.told_without(Settings()) == (
        "Nothing as it is set: Webinars are switched off. Otherwise: No webinar is made for a new "
        "event."
    )
    assert webinars.told_without(EVERYTHING) == "No webinar is made for a new event."


@pytest.mark.parametrize(
    ("settings", "unused"),
    [
        (EVERYTHING, {Feature.ASSISTANTS}),
        (
            Settings(
                features=Features(meetings=False, webinars=True),
                hosts=HostRules(licence=Licence.ASSIGN, missing_host=MissingHost.CREATE_SSO),
            ),
            {
                *(Feature.ASSISTANTS, Feature.MEETINGS, Feature.MEETING_REGISTRATION),
                *(Feature.MEETING_INVITE_LINKS, Feature.MEETING_ATTENDANCE),
            },
        ),
        (
            Settings(
                hosts=HostRules(
                    licence=Licence.ASSIGN,
                    missing_host=MissingHost.CREATE,
                    instructors_as=InstructorsAs.ASSISTANTS,
                )
            ),
            {
                *(Feature.MEETING_INVITE_LINKS, Feature.WEBINAR_INVITE_LINKS, Feature.WEBINARS),
                *(Feature.WEBINAR_REGISTRATION, Feature.WEBINAR_ATTENDANCE, Feature.PANELISTS),
                "user:update:settings:admin",
            },
        ),
        (
            EVERYTHING.model_copy(update={"hosts": HostRules()}),
            {Feature.ASSISTANTS, Feature.NEW_HOSTS, Feature.LICENCES},
        ),
    ],
)
def test_what_is_switched_off_needs_no_scope(settings: Settings, unused: set[str]) -> None:
    needed = {scope.name for scope in missing_scopes(granted(), settings)}

    assert needed == {
        scope.name for scope in SCOPES if scope.feature not in unused and scope.name not in unused
    }


def test_a_scope_of_webinars_is_not_missing_for_a_meeting() -> None:
    of_meetings = missing_scopes(granted(), EVERYTHING, Kind.MEETING)
    of_webinars = missing_scopes(granted(), EVERYTHING, Kind.WEBINAR)

    assert not any(scope.name.startswith("webinar:") for scope in of_meetings)
    assert not any(scope.name.startswith("meeting:") for scope in of_webinars)
    assert BY_NAME["user:read:user:admin"] in {*of_meetings} & {*of_webinars}
