"""An event becomes a meeting with everyone registered, with the fewest calls at Zoom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.enrollment import Access, Person
from lectern.domain.event import Host, Instructor, Status
from lectern.sync.people import people_pages
from lectern_testing.builders import a_details, an_enrollment, an_event
from lectern_testing.stage import Stage


def test_an_event_with_forty_people_takes_five_calls(stage: Stage) -> None:
    stage.synchronised_event(40)

    assert stage.calls() == {
        "get_user": 1,
        "create_meeting": 1,
        "get_meeting": 1,
        "batch_meeting_registrants": 2,
    }
    assert len(stage.registrants()) == 40
    assert stage.where_people_stand() == {"registered": 40}
    assert stage.event().sync.synced_version == 1


def test_five_hundred_people_take_seventeen_batches(stage: Stage) -> None:
    stage.synchronised_event(500)

    assert stage.calls()["batch_meeting_registrants"] == 17
    assert len(stage.registrants()) == 500
    assert stage.largest_payload < 4_000


def test_pages_end_with_whole_batches(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people_pages, "PAGE_SIZE", 40)
    listed = tuple(
        Instructor(user_id=f"u-{n:05}-i", email=f"i{n}@acme.example", name="I")
        for n in range(0, 75, 9)
    )
    stage.event_with_people(75)
    stage.change_details(instructors=listed)

    stage.synchronise()

    # Nine instructors among them are registered as well, since they have no Zoom user.
    assert stage.calls()["batch_meeting_registrants"] == 3
    assert len(stage.registrants()) == 84
    assert stage.where_people_stand()["registered"] == 75


def test_a_request_without_a_change_makes_no_call(stage: Stage) -> None:
    stage.synchronised_event(40)
    stage.forget_calls()

    stage.events.request_sync("ev-1", stage.clock.now())

    assert stage.synchronise() == "SUCCEEDED"
    assert stage.calls() == {}
    assert stage.event().sync.state == "in_sync"


def test_a_second_execution_for_the_same_request_does_nothing(stage: Stage) -> None:
    stage.synchronised_event(2)
    stage.tasks.clear()

    stage.events.request_sync("ev-1", stage.clock.now())
    stage.synchronise()
    ran = stage.tasks.copy()
    assert stage.run("again") == "SUCCEEDED"

    assert stage.tasks - ran == {"reconcile": 1, "take_lease": 1}


def test_a_verified_synchronisation_with_nothing_to_do_reads_and_writes_nothing(
    stage: Stage,
) -> None:
    stage.synchronised_event(40)
    stage.forget_calls()

    stage.events.request_sync("ev-1", stage.clock.now(), verify=True)

    assert stage.synchronise() == "SUCCEEDED"
    assert stage.calls() == {"get_meeting": 1, "list_meeting_registrants": 1}
    assert stage.event().sync.last_verified_at == stage.clock.now()
    assert not stage.event().sync.verify


def test_a_later_enrollment_takes_one_call(stage: Stage) -> None:
    stage.synchronised_event(40)
    stage.forget_calls()

    stage.enrol(an_enrollment("late"))
    stage.synchronise()

    assert stage.calls() == {"add_meeting_registrant": 1}
    assert "late@people.example" in stage.registrants()
    assert stage.enrollment("late").state == "registered"


def test_a_removal_deletes_the_registrant(stage: Stage) -> None:
    stage.synchronised_event(3)
    stage.forget_calls()

    stage.change_enrollment("u-00001", removed=True)
    stage.synchronise()

    assert stage.calls() == {"delete_meeting_registrant": 1}
    assert set(stage.registrants()) == {"u-00000@people.example", "u-00002@people.example"}
    assert stage.enrollment("u-00001").state == "removed"
    assert stage.enrollment("u-00001").registration is None


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Forklift safety II"},
        {"starts_at": a_details().starts_at + timedelta(days=1)},
        {"description": "Nothing to bring."},
        {"duration_minutes": 90},
        {"timezone": "UTC"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_change_of_details_is_one_patch_and_keeps_id_and_links(
    stage: Stage, change: dict[str, Any]
) -> None:
    stage.synchronised_event(3)
    before, links = stage.event().meeting, stage.enrollment("u-00000").registration
    assert before is not None
    stage.forget_calls()

    stage.change_details(**change)
    stage.synchronise()

    after = stage.event().meeting
    assert after is not None
    assert stage.calls() == {"update_meeting": 1}
    assert (after.zoom_id, after.join_url) == (before.zoom_id, before.join_url)
    assert stage.enrollment("u-00000").registration == links
    assert stage.event().sync.synced_version == 2


def test_changes_in_quick_succession_are_one_patch(stage: Stage) -> None:
    stage.synchronised_event(1)
    stage.forget_calls()

    for n in range(40):
        stage.change_details(title=f"Title {n}")
    stage.synchronise()

    assert stage.calls() == {"update_meeting": 1}
    assert stage.zoom_meeting()["topic"] == "Title 39"


def test_cancelling_deletes_the_meeting_once(stage: Stage) -> None:
    stage.synchronised_event(3)
    stage.forget_calls()

    stage.change_event(status=Status.CANCELLED)
    stage.synchronise()

    assert stage.calls() == {"delete_meeting": 1}
    assert stage.event().meeting is None
    assert stage.event().sync.state == "in_sync"
    assert stage.where_people_stand() == {"pending": 3}
    stage.forget_calls()
    stage.events.request_sync("ev-1", stage.clock.now())
    stage.synchronise()
    assert stage.calls() == {}


def test_a_meeting_that_is_gone_already_counts_as_deleted(stage: Stage) -> None:
    stage.synchronised_event(1)
    stage.delete_in_zoom()

    stage.change_event(status=Status.CANCELLED)

    assert stage.synchronise() == "SUCCEEDED"
    assert stage.event().meeting is None
    assert stage.event().sync.state == "in_sync"


def test_an_event_that_is_scheduled_again_gets_a_new_meeting_with_everyone(stage: Stage) -> None:
    stage.synchronised_event(3)
    stage.change_event(status=Status.CANCELLED)
    stage.synchronise()

    stage.change_event(status=Status.SCHEDULED)
    stage.synchronise()

    assert len(stage.registrants()) == 3
    assert stage.where_people_stand() == {"registered": 3}


def test_a_new_host_replaces_the_meeting_and_registers_everyone_anew(stage: Stage) -> None:
    stage.synchronised_event(3)
    former = stage.event().meeting
    assert former is not None

    stage.change_details(host=Host(user_id="u-bo", email="bo@acme.example"))
    stage.synchronise()

    meeting = stage.event().meeting
    assert meeting is not None
    assert meeting.zoom_id != former.zoom_id
    assert list(stage.open_meetings()) == [meeting.zoom_id]
    assert len(stage.registrants()) == 3
    assert stage.event().retired == ()


def test_nobody_gets_in_by_the_registration_page_alone(stage: Stage) -> None:
    stage.synchronised_event(1)

    settings = stage.zoom_meeting()["settings"]

    assert settings["approval_type"] == 1
    assert settings["use_pmi"] is False
    assert all(
        settings[switch] is False
        for switch in (
            "email_notification",
            "registrants_email_notification",
            "registrants_confirmation_email",
            "alternative_hosts_email_notification",
        )
    )


def test_people_without_access_are_blocked_until_they_have_it(stage: Stage) -> None:
    stage.events.create(an_event(now=stage.clock.now(), details=a_details(access_validation=True)))
    stage.enrol(an_enrollment("in"), an_enrollment("out", access=Access(granted=False)))
    stage.synchronise()
    assert stage.enrollment("out").state == "blocked"
    assert stage.enrollment("out").reason == "requirements_not_met"
    assert set(stage.registrants()) == {"in@people.example"}

    stage.change_enrollment("out", access=Access(granted=True))
    stage.change_enrollment("in", access=Access(granted=False))
    stage.synchronise()

    assert set(stage.registrants()) == {"out@people.example"}
    assert stage.enrollment("in").state == "blocked"


def test_without_access_validation_a_withheld_access_is_ignored(stage: Stage) -> None:
    stage.events.create(an_event(now=stage.clock.now()))
    stage.enrol(an_enrollment("out", access=Access(granted=False)))

    stage.synchronise()

    assert set(stage.registrants()) == {"out@people.example"}


def test_the_host_is_not_sent_as_a_registrant(stage: Stage) -> None:
    stage.events.create(an_event(now=stage.clock.now()))
    stage.enrol(
        an_enrollment("u-host"),
        an_enrollment("same", person=Person(email="ANNA@acme.example", first_name="Anna")),
        an_enrollment("other"),
    )

    stage.synchronise()

    assert set(stage.registrants()) == {"other@people.example"}
    assert stage.where_people_stand() == {"registered": 3}


def test_a_changed_address_is_registered_anew_and_the_old_one_removed(stage: Stage) -> None:
    stage.synchronised_event(2)
    stage.forget_calls()

    person = Person(email="new@people.example", first_name="New")
    stage.change_enrollment("u-00000", person=person)
    stage.synchronise()

    assert set(stage.registrants()) == {"new@people.example", "u-00001@people.example"}
    assert stage.calls() == {"delete_meeting_registrant": 1, "add_meeting_registrant": 1}
