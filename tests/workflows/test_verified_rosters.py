"""A verification of many people: Zoom's pages and the roster's are read once, in whatever order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

from lectern.domain.enrollment import EnrollmentState
from lectern.domain.settings import Settings, UnknownRegistrants
from lectern.store.keys import Key
from lectern.store.table import Table
from lectern.sync.people import listed_people, verification
from lectern.zoom import sessions
from lectern_testing.stage import Stage

COUNT = 23


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of ten at Zoom and of seven in the table."""
    monkeypatch.setattr(sessions, "PAGE_SIZE", 10)
    monkeypatch.setattr(listed_people, "PAGE", 7)


def verify(stage: Stage) -> Counter[str]:
    """Has the event verified; the calls that it takes."""
    stage.forget_calls()
    stage.events.request_sync("ev-1", stage.clock.now(), verify=True)
    assert stage.synchronise() == "SUCCEEDED"
    return stage.calls()


def test_where_nothing_is_to_be_done_the_roster_is_read_by_queries_alone(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.synchronised_event(COUNT)
    read, single = Counter[str](), Counter[str]()
    query, get_many = Table.query, Table.get_many

    def queried(table: Table, *args: object, **options: object) -> object:
        page = query(table, *args, **options)  # type: ignore[arg-type]
        if not options.get("index"):
            read.update(item["SK"] for item in page.items if item["SK"].startswith("USER#"))
        return page

    def got(table: Table, keys: Iterable[Key]) -> object:
        wanted = list(keys)
        single.update(each["SK"] for each in wanted)
        return get_many(table, wanted)

    monkeypatch.setattr(Table, "query", queried)
    monkeypatch.setattr(Table, "get_many", got)
    calls = verify(stage)
    monkeypatch.undo()

    assert calls == {"get_meeting": 1, "list_meeting_registrants": 3}
    # Once for all of Zoom's pages, and once as the plan for everybody is made.
    assert (len(read), set(read.values())) == (COUNT, {2})
    assert not any(key.startswith(("USER#", "EMAIL#")) for key in single)
    stage.all_is_well(COUNT)


@pytest.mark.parametrize("at_once", [1, 11, 10_000])
def test_one_who_is_missing_and_one_who_is_not_known_do_not_make_up_for_each_other(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(verification, "MOST_LISTED", at_once)
    stage.synchronised_event(COUNT)
    stage.act(action="delete_registrant", email="u-00003@people.example")
    unknown = stage.enrollment("u-00019")
    shifts = stage.enrollments.record(unknown, state=EnrollmentState.PENDING, registration=None)
    stage.events.count("ev-1", shifts)
    registrants = stage.registrants()

    calls = verify(stage)

    stage.all_is_well(COUNT)
    again = stage.registrants()
    known = stage.enrollment("u-00019").registration
    assert known
    assert known.registrant_id == registrants["u-00019@people.example"]
    assert {email for email in again if again[email] != registrants.get(email)} == {
        "u-00003@people.example"
    }
    assert calls["add_meeting_registrant"] == 1


def test_what_is_much_is_done_a_page_at_a_time(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restored table knows of nobody: each step notes no more than a page of Zoom's has."""
    monkeypatch.setattr(verification, "_MUCH", 10)
    stage.synchronised_event(COUNT)
    for n in range(COUNT):
        person = stage.enrollment(f"u-{n:05}")
        shifts = stage.enrollments.record(person, state=EnrollmentState.PENDING, registration=None)
        stage.events.count("ev-1", shifts)
    noted: list[int] = []
    note = verification._note

    def counted(work: object, matches: listed_people.Matches, mark: str | None) -> int:
        noted.append(len(matches.holders))
        return note(work, matches, mark)  # type: ignore[arg-type]

    monkeypatch.setattr(verification, "_note", counted)
    calls = verify(stage)

    assert noted == [10, 10, 3]
    assert calls["list_meeting_registrants"] == 6
    assert calls["batch_meeting_registrants"] == 0
    stage.all_is_well(COUNT)


def test_strangers_are_removed_a_page_at_a_time(stage: Stage) -> None:
    _, revision = stage.settings.get()
    remove = Settings(unknown_registrants=UnknownRegistrants.REMOVE)
    stage.settings.put(remove, was_revision=revision)
    stage.synchronised_event(COUNT)
    for n in range(4):
        email = f"stranger-{n}@elsewhere.example"
        stage.act(action="self_register", email=email, first_name="Eve")
        stage.act(action="approve_registrant", email=email)

    calls = verify(stage)

    assert calls["delete_meeting_registrant"] == 4
    stage.all_is_well(COUNT)


def test_what_was_read_before_a_limit_is_not_read_again(stage: Stage) -> None:
    stage.synchronised_event(COUNT)
    stage.fault(operation="list_meeting_registrants", kind="rate_limit_second", after=1)

    calls = verify(stage)

    assert calls["list_meeting_registrants"] == 4
    stage.all_is_well(COUNT)
