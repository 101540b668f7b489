"""What saving an event would run into, and the end of a session: the API with Zoom behind it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.event import Host, Phase
from lectern.domain.meeting import Kind
from lectern.domain.settings import Features, HostRules, Licence, MissingHost, Settings
from lectern_testing.builders import a_details, an_enrollment, an_event
from lectern_testing.lms.api import Answered, Lms, an_event_body
from lectern_testing.on_stage.either_kind import host_policy
from lectern_testing.on_stage.lms import lms_on
from lectern_testing.stage import Stage

WANDA = {"user_id": "u-wanda", "email": "wanda@acme.example"}


@pytest.fixture
def lms(stage: Stage) -> Lms:
    return lms_on(stage)


def switch_on(stage: Stage, **hosts: Any) -> None:
    """Switches webinars on, with rules for hosts."""
    _, revision = stage.settings.get()
    settings = Settings(features=Features(webinars=True), hosts=HostRules(**hosts))
    stage.settings.put(settings, was_revision=revision)


def body_at(stage: Stage, *, hours: int = 24, **changes: Any) -> dict[str, Any]:
    """An event that begins in some hours."""
    start = stage.clock.now() + timedelta(hours=hours)
    return an_event_body(starts_at=start.replace(microsecond=0).isoformat(), **changes)


def check(lms: Lms, body: dict[str, Any], event_id: str = "ev-1") -> list[str]:
    """The codes of what saving an event would run into."""
    answer = lms.post(f"/v1/events/{event_id}/check", body)
    assert answer.status == 200, answer.text
    problems = answer.json["problems"]
    assert all(each["message"] and each["remedy"] for each in problems)
    return [each["code"] for each in problems]


class TestACheck:
    def test_of_what_is_well_finds_nothing_and_stores_nothing(self, stage: Stage, lms: Lms) -> None:
        assert check(lms, body_at(stage)) == []
        assert stage.events.get("ev-1") is None
        assert stage.calls() == {"get_user": 1}

    @pytest.mark.parametrize(
        ("email", "kind", "code"),
        [
            ("nobody@acme.example", "meeting", "host_not_in_zoom"),
            ("pending@acme.example", "meeting", "host_not_in_zoom"),
            ("inactive@acme.example", "webinar", "host_not_in_zoom"),
            ("basic@acme.example", "meeting", "host_not_licensed"),
            ("anna@acme.example", "webinar", "webinar_not_licensed"),
        ],
    )
    def test_tells_what_the_host_lacks(
        self, stage: Stage, lms: Lms, email: str, kind: str, code: str
    ) -> None:
        switch_on(stage)

        host = {"user_id": "u-h", "email": email}
        assert check(lms, body_at(stage, host=host, kind=kind)) == [code]

    @pytest.mark.parametrize(
        ("passcode", "codes"), [("secret", ["passcode_refused"]), ("123456", []), (None, [])]
    )
    def test_tells_of_a_passcode_that_the_account_does_not_take(
        self, stage: Stage, lms: Lms, passcode: str | None, codes: list[str]
    ) -> None:
        host_policy(stage, passcode={"only_allow_numeric": True})

        assert check(lms, body_at(stage, options={"passcode": passcode})) == codes

    def test_what_the_settings_mend_is_no_problem_and_not_mended_yet(
        self, stage: Stage, lms: Lms
    ) -> None:
        switch_on(stage, missing_host=MissingHost.CREATE, licence=Licence.ASSIGN)
        nobody = {"user_id": "u-h", "email": "nobody@acme.example"}
        basic = {"user_id": "u-h", "email": "basic@acme.example"}

        assert check(lms, body_at(stage, host=nobody)) == []
        assert check(lms, body_at(stage, host=basic, kind="webinar")) == []
        assert all(name.startswith("get_") for name in stage.calls())

    def test_tells_of_a_roster_that_finds_no_place(self, stage: Stage, lms: Lms) -> None:
        switch_on(stage)
        stage.seed(users=[{"email": "wanda@acme.example", "webinar_capacity": 100}])
        stage.seed(users=[{"email": "anna@acme.example", "meeting_capacity": 100}])
        stage.event_with_people(0)
        stage.enrol(*(an_enrollment(f"u-{n}") for n in range(101)))

        assert check(lms, body_at(stage, host=WANDA, kind="webinar")) == ["capacity_reached"]
        assert check(lms, body_at(stage)) == ["capacity_reached"]
        assert check(lms, body_at(stage), "ev-new") == []

    @pytest.mark.parametrize(
        ("hours", "codes"), [(23, []), (24, ["host_busy"]), (25, ["host_busy"]), (26, [])]
    )
    def test_tells_of_the_host_s_other_events_at_that_time(
        self, stage: Stage, lms: Lms, hours: int, codes: list[str]
    ) -> None:
        start = stage.clock.now().replace(microsecond=0) + timedelta(hours=24)
        host = Host(user_id="u-1", email="ANNA@acme.example")
        details = a_details(starts_at=start, duration_minutes=120, host=host)
        stage.events.create(an_event("ev-other", details=details))

        assert check(lms, body_at(stage, hours=hours, duration_minutes=60)) == codes
        assert check(lms, body_at(stage, hours=hours, duration_minutes=60), "ev-other") == []

    def test_tells_of_limits_that_are_used_up(self, stage: Stage, lms: Lms) -> None:
        anna = next(each.id for each in stage.world.users.values() if each.email[:4] == "anna")
        now = stage.clock.now()
        for _ in range(100):
            stage.budgets.take_host("default", now, anna, 100)

        assert check(lms, body_at(stage)) == ["zoom_daily_limit"]

    @pytest.mark.parametrize(
        ("fault", "code"),
        [
            ({"kind": "html_500"}, "zoom_unavailable"),
            ({"kind": "cut_before"}, "zoom_unavailable"),
            ({"kind": "rate_limit_daily"}, "zoom_daily_limit"),
            ({"kind": "rate_limit_second"}, "zoom_rate_limited"),
            ({"kind": "missing_scope"}, "zoom_scope_missing"),
        ],
    )
    def test_that_zoom_cannot_be_asked_is_a_problem_and_no_error(
        self, stage: Stage, lms: Lms, fault: dict[str, Any], code: str
    ) -> None:
        stage.fault(operation="get_user", times=9, **fault)

        assert check(lms, body_at(stage)) == [code]

    def test_without_credentials_it_says_so(self, stage: Stage, lms: Lms) -> None:
        stage.seed(credentials={"client_secret": "another"})

        assert check(lms, body_at(stage)) == ["zoom_credentials_invalid"]

    def test_refuses_what_a_put_refuses(self, stage: Stage, lms: Lms) -> None:
        past = body_at(stage, hours=-24, kind="webinar")
        del past["title"]
        assert lms.post("/v1/events/ev-1/check", past).pointers == ["/title"]
        past["title"] = "Past"
        answer = lms.post("/v1/events/ev-1/check", past)
        assert (answer.status, answer.pointers) == (422, ["/kind", "/starts_at"])


def end(lms: Lms) -> Answered:
    return lms.post("/v1/events/ev-1/end")


@pytest.mark.parametrize("kind", Kind)
class TestAnEnd:
    @pytest.fixture(autouse=True)
    def _event(self, stage: Stage, kind: Kind) -> None:
        host = Host(**WANDA)
        stage.events.create(an_event(details=a_details(kind=kind, host=host)))
        stage.synchronise()

    def test_puts_everybody_out(self, stage: Stage, lms: Lms, kind: Kind) -> None:
        stage.act(action=f"start_{kind}")

        answer = end(lms)

        assert (answer.status, answer.headers["ETag"]) == (202, '"1"')
        (session,) = stage.world.sessions.values()
        assert not session.started

    def test_sent_again_does_no_harm(self, stage: Stage, lms: Lms, kind: Kind) -> None:
        stage.act(action=f"start_{kind}")
        end(lms)

        # Of a webinar Zoom does not say that it is over.
        assert end(lms).status == (200 if kind is Kind.MEETING else 202)
        stage.events.record_phase(stage.event(), Phase.ENDED, stage.clock.now(), "one")
        stage.forget_calls()
        assert end(lms).status == 200
        assert stage.calls() == {}

    def test_that_zoom_refuses_is_told_with_the_remedy(
        self, stage: Stage, lms: Lms, kind: Kind
    ) -> None:
        stage.act(action=f"start_{kind}")
        stage.fault(operation=f"change_{kind}_status", kind="missing_scope", times=None)

        answer = end(lms)

        assert (answer.status, answer.json["code"]) == (409, "zoom_scope_missing")
        assert f"{kind}:update:status:admin" in answer.json["detail"]

    def test_while_zoom_does_not_answer_can_be_sent_again(
        self, stage: Stage, lms: Lms, kind: Kind
    ) -> None:
        stage.act(action=f"start_{kind}")
        stage.fault(operation=f"change_{kind}_status", kind="html_500", times=9)

        answer = end(lms)

        assert (answer.status, answer.json["code"]) == (503, "zoom_unavailable")
        assert answer.headers["Retry-After"]


def test_there_is_nothing_to_end_of_no_event(lms: Lms) -> None:
    assert end(lms).status == 404
