"""A host who cannot host is named with a remedy, or is made able to, as the settings say."""

from __future__ import annotations

from typing import Any

import pytest

from lectern.domain.event import Host
from lectern.domain.meeting import Kind
from lectern.domain.settings import HostRules, Licence, MissingHost, Settings
from lectern.sync.meeting.host_provisioning import HostProvisioner
from lectern_testing.builders import a_details, an_enrollment, an_event
from lectern_testing.stage import Stage

NEW = "new@acme.example"
BASIC = "basic@acme.example"
ANNA = "anna@acme.example"
WILMA = "wilma@acme.example"
MADE_AND_LICENSED = {"missing_host": MissingHost.CREATE, "licence": Licence.ASSIGN}


def an_event_of(stage: Stage, email: str, *, people: int = 1, **changes: Any) -> None:
    """An event with this host and people, not synchronised yet."""
    details = a_details(host=Host(user_id="h", email=email), **changes)
    stage.events.create(an_event(now=stage.clock.now(), details=details))
    stage.enrol(*(an_enrollment(f"u-{n:05}", now=stage.clock.now()) for n in range(people)))


def rules(stage: Stage, **hosts: Any) -> None:
    """What may be done about hosts who cannot host."""
    stage.settings.put(Settings(hosts=HostRules(**hosts)), was_revision=0)


def taken_up_by_the_sweep(stage: Stage) -> None:
    assert stage.sweep()["restarted"] == 1
    assert stage.synchronise() == "SUCCEEDED"


def failure(stage: Stage) -> tuple[str, str]:
    sync = stage.event().sync
    assert sync.state == "failed"
    assert sync.problem is not None
    return sync.problem.code, sync.problem.message


def user(stage: Stage, email: str) -> Any:
    found = stage.world.find_user_with_email(email)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("email", "kind", "hosts", "code"),
    [
        (NEW, Kind.MEETING, {}, "host_not_in_zoom"),
        (NEW, Kind.MEETING, {"missing_host": MissingHost.CREATE}, "host_not_licensed"),
        (NEW, Kind.MEETING, MADE_AND_LICENSED, None),
        (NEW, Kind.WEBINAR, MADE_AND_LICENSED, None),
        (BASIC, Kind.MEETING, {}, "host_not_licensed"),
        (BASIC, Kind.MEETING, {"licence": Licence.ASSIGN}, None),
        (ANNA, Kind.MEETING, {}, None),
        (ANNA, Kind.WEBINAR, {}, "webinar_not_licensed"),
        (ANNA, Kind.WEBINAR, {"licence": Licence.ASSIGN}, None),
        (WILMA, Kind.WEBINAR, {}, "capacity_reached"),
        (WILMA, Kind.WEBINAR, {"licence": Licence.ASSIGN}, None),
    ],
)
def test_what_would_stand_in_the_way_is_found_without_changing_anything(
    stage: Stage, email: str, kind: Kind, hosts: dict[str, Any], code: str | None
) -> None:
    account = stage.settings.connection("default")
    assert account is not None
    desk = HostProvisioner(
        account=stage.dependencies.zoom(account),
        connection="default",
        answers=stage.dependencies.answers,
        rules=HostRules(**hosts),
        now=stage.clock.now(),
    )

    problem = desk.foresee(email, kind, people=300).problem

    assert (problem.code if problem else None) == code
    assert set(stage.calls()) <= {"get_user", "get_user_settings", "get_plan_usage"}


class TestMissing:
    def test_a_host_is_invited_once_and_taken_up_after_accepting(self, stage: Stage) -> None:
        rules(stage, missing_host=MissingHost.CREATE, licence=Licence.ASSIGN)
        an_event_of(stage, NEW)
        stage.synchronise()
        assert failure(stage) == (
            "host_not_in_zoom",
            "The host has not accepted Zoom's invitation to the account yet.",
        )
        assert stage.calls() == {"get_user": 1, "create_user": 1}

        taken_up_by_the_sweep(stage)
        assert stage.calls() == {"get_user": 2, "create_user": 1}

        stage.seed(users=[{"email": NEW, "status": "active", "type": 1}])
        taken_up_by_the_sweep(stage)
        stage.all_is_well(1)

    def test_a_host_of_single_sign_on_hosts_at_once(self, stage: Stage) -> None:
        rules(stage, missing_host=MissingHost.CREATE_SSO, licence=Licence.ASSIGN)
        an_event_of(stage, NEW)

        stage.synchronise()

        stage.all_is_well(1)
        assert stage.calls() == {
            "get_user": 1,
            "create_user": 1,
            "get_plan_usage": 1,
            "update_user": 1,
            "create_meeting": 1,
            "get_meeting": 1,
            "add_meeting_registrant": 1,
        }

    def test_an_invitation_that_ran_out_is_sent_again(self, stage: Stage) -> None:
        stage.seed(users=[{"email": NEW, "status": "invitation_expired"}])
        rules(stage, missing_host=MissingHost.CREATE)
        an_event_of(stage, NEW)

        stage.synchronise()

        assert failure(stage)[0] == "host_not_in_zoom"
        assert stage.calls()["create_user"] == 1

    def test_a_user_of_another_account_is_left_there(self, stage: Stage) -> None:
        stage.seed(users_elsewhere=[NEW])
        rules(stage, missing_host=MissingHost.CREATE)
        an_event_of(stage, NEW)

        stage.synchronise()

        assert failure(stage) == (
            "host_not_in_zoom",
            "The host's address belongs to a user of another Zoom account.",
        )

    def test_a_user_whose_answer_was_lost_is_not_made_twice(self, stage: Stage) -> None:
        rules(stage, missing_host=MissingHost.CREATE_SSO, licence=Licence.ASSIGN)
        stage.fault(operation="create_user", kind="cut_after")
        an_event_of(stage, NEW)

        stage.synchronise()

        stage.all_is_well(1)
        assert stage.calls()["create_user"] == 1

    def test_until_a_new_host_is_there_nobody_is_put_into_the_former_meeting(
        self, stage: Stage
    ) -> None:
        former = an_enrollment("h", now=stage.clock.now())
        anna = former.person.model_copy(update={"email": ANNA})
        an_event_of(stage, ANNA)
        stage.enrol(former.model_copy(update={"person": anna}))
        stage.synchronise()
        stage.forget_calls()

        stage.change_details(host=Host(user_id="h-2", email=NEW))
        stage.enrol(an_enrollment("late"))
        stage.synchronise()
        assert failure(stage)[0] == "host_not_in_zoom"
        assert stage.calls() == {"get_user": 1}

        stage.seed(users=[{"email": NEW}])
        taken_up_by_the_sweep(stage)
        stage.all_is_well(3)

    def test_a_scope_that_is_missing_for_it_is_named(self, stage: Stage) -> None:
        granted = sorted(stage.world.seed.scopes)
        stage.seed(scopes=[scope for scope in granted if scope != "user:write:user:admin"])
        rules(stage, missing_host=MissingHost.CREATE)
        an_event_of(stage, NEW)

        stage.synchronise()

        code, message = failure(stage)
        assert code == "zoom_scope_missing"
        assert "user:write:user:admin" in message


class TestLicence:
    def test_is_given_where_one_is_free(self, stage: Stage) -> None:
        rules(stage, licence=Licence.ASSIGN)
        an_event_of(stage, BASIC)

        stage.synchronise()

        stage.all_is_well(1)
        assert user(stage, BASIC).type == 2

    def test_is_taken_from_nobody(self, stage: Stage) -> None:
        stage.seed(licences={"hosts": 0})
        licensed = {each.email for each in stage.world.users.values() if each.type == 2}
        rules(stage, licence=Licence.ASSIGN)
        an_event_of(stage, BASIC)
        stage.synchronise()
        assert failure(stage)[0] == "host_not_licensed"
        assert "none left to give" in failure(stage)[1]
        assert stage.calls()["update_user"] == 0

        stage.seed(licences={"hosts": 100})
        taken_up_by_the_sweep(stage)

        stage.all_is_well(1)
        now = {each.email for each in stage.world.users.values() if each.type == 2}
        assert now == licensed | {BASIC}

    def test_that_somebody_else_was_given_meanwhile_is_not_to_be_had(self, stage: Stage) -> None:
        rules(stage, licence=Licence.ASSIGN)
        an_event_of(stage, BASIC)
        stage.synchronise()
        in_use = sum(each.holds_licence for each in stage.world.users.values())
        stage.seed(licences={"hosts": in_use}, users=[{"email": NEW, "type": 1}])

        details = a_details(host=Host(user_id="h-2", email=NEW))
        stage.events.create(an_event("ev-2", now=stage.clock.now(), details=details))
        stage.synchronise("ev-2")

        # The plan usage is believed for minutes; Zoom has the last word.
        problem = stage.event("ev-2").sync.problem
        assert problem is not None
        assert problem.code == "host_not_licensed"
        assert stage.calls()["get_plan_usage"] == 1
        assert stage.calls()["update_user"] == 2

    def test_that_was_taken_from_the_host_of_a_meeting_is_given_again(self, stage: Stage) -> None:
        rules(stage, licence=Licence.ASSIGN)
        an_event_of(stage, ANNA)
        stage.synchronise()
        stage.seed(users=[{"email": ANNA, "type": 1}])
        stage.enrol(an_enrollment("late"))
        stage.synchronise()
        assert failure(stage)[0] == "host_not_licensed"

        stage.events.request_sync("ev-1", stage.clock.now())
        stage.synchronise()

        stage.all_is_well(2)
        assert user(stage, ANNA).type == 2

    def test_without_the_rule_is_not_given(self, stage: Stage) -> None:
        an_event_of(stage, BASIC)

        stage.synchronise()

        assert failure(stage)[0] == "host_not_licensed"
        assert stage.calls() == {"get_user": 1}

    def test_that_is_given_by_hand_lets_the_next_sweep_go_on(self, stage: Stage) -> None:
        an_event_of(stage, BASIC)
        stage.synchronise()

        stage.seed(users=[{"email": BASIC, "type": 2}])
        taken_up_by_the_sweep(stage)

        stage.all_is_well(1)


class TestWebinarLicence:
    def test_is_given_beside_that_of_a_host(self, stage: Stage) -> None:
        rules(stage, licence=Licence.ASSIGN)
        an_event_of(stage, BASIC, kind=Kind.WEBINAR)

        stage.synchronise()

        stage.all_is_well(1)
        assert user(stage, BASIC).webinar_capacity == 100
        assert stage.calls() == {
            "get_user": 1,
            "get_plan_usage": 1,
            "update_user": 1,
            "get_user_settings": 1,
            "update_user_settings": 1,
            "create_webinar": 1,
            "get_webinar": 1,
            "batch_webinar_registrants": 1,
        }

    def test_that_is_too_small_is_exchanged_for_a_larger_one(self, stage: Stage) -> None:
        rules(stage, licence=Licence.ASSIGN)
        user(stage, WILMA).webinar_capacity = 2
        an_event_of(stage, WILMA, people=2, kind=Kind.WEBINAR)
        stage.synchronise()
        assert user(stage, WILMA).webinar_capacity == 2

        stage.enrol(an_enrollment("late"))
        stage.synchronise()

        stage.all_is_well(3)
        assert user(stage, WILMA).webinar_capacity == 100

    def test_that_the_account_has_none_left_of_is_a_problem(self, stage: Stage) -> None:
        rules(stage, licence=Licence.ASSIGN)
        stage.seed(licences={"webinars": {500: 1, 1000: 1}})
        an_event_of(stage, ANNA, kind=Kind.WEBINAR)

        stage.synchronise()

        code, message = failure(stage)
        assert code == "webinar_not_licensed"
        assert "none left to give" in message
        assert user(stage, ANNA).webinar_capacity == 0
