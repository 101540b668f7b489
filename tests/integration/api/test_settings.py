from __future__ import annotations

from typing import Any

import pytest

from lectern.api.http.problems import InvalidField
from lectern.domain.errors import ZoomRateLimited, ZoomUnavailable
from lectern.domain.setting_changes import SettingsRecord
from lectern.domain.settings import (
    DEFAULT_CONNECTION,
    Connection,
    ConnectionSecrets,
    Drift,
    Settings,
)
from lectern_testing.lms.api import MORNING, Answered, Lms

SETTINGS = "/v1/settings"
LATER = MORNING.replace(hour=12)
CREDENTIALS = {"account_id": "acc", "client_id": "cid", "client_secret": "hush"}
DEFAULTS: dict[str, Any] = {
    "zoom": {
        "application_type": "server_to_server_oauth",
        "account_id": None,
        "client_id": None,
        "client_secret": {"set": False, "changed_at": None},
        "webhook_secret_token": {"set": False, "changed_at": None},
    },
    "features": {"meetings": True, "webinars": False},
    "access_validation": {"enabled": False, "lead_minutes": [60, 10], "check_url": None},
    "emails": {"zoom_emails": False},
    "drift": "repair",
    "unknown_registrants": "keep",
    "hosts": {
        "missing_host": "fail",
        "licence": "require",
        "instructors_as": "alternative_hosts",
    },
    "notifications": {"url": None, "secret": {"set": False, "changed_at": None}},
    "retention_days": 365,
}
SET = {"set": True, "changed_at": "2026-11-30T09:00:00Z"}


def put(lms: Lms, **sections: Any) -> Answered:
    return lms.put(SETTINGS, sections)


def secrets(lms: Lms) -> ConnectionSecrets | None:
    return lms.parts.secrets().get(DEFAULT_CONNECTION)


def connection(lms: Lms) -> Connection:
    found = lms.parts.settings().connection(DEFAULT_CONNECTION)
    assert found is not None
    return found


def test_what_was_never_set_has_its_defaults(lms: Lms) -> None:
    assert lms.get(SETTINGS).json == DEFAULTS


def test_what_was_read_can_be_put_back_without_a_write_or_a_call(lms: Lms) -> None:
    put(lms, zoom=CREDENTIALS, notifications={"url": "https://lms.example", "secret": "whsec_aGk="})
    lms.parts.zoom.asked.clear()
    read = lms.get(SETTINGS).json
    answer, writes = lms.writes(lambda: lms.put(SETTINGS, read))
    assert (answer.status, answer.json, writes, lms.parts.zoom.asked) == (200, read, [], [])
    assert lms.put(SETTINGS, {}).status == 200


def test_untouched_settings_can_be_put_back(lms: Lms) -> None:
    assert lms.put(SETTINGS, DEFAULTS).status == 200


@pytest.mark.parametrize(
    "change",
    [
        {"features": {"meetings": False}},
        {"access_validation": {"enabled": True}},
        {"access_validation": {"lead_minutes": [5, 1440]}},
        {"access_validation": {"check_url": "https://lms.example/check"}},
        {"emails": {"zoom_emails": True}},
        {"drift": "report"},
        {"unknown_registrants": "remove"},
        {"hosts": {"missing_host": "create_sso"}},
        {"hosts": {"licence": "assign", "instructors_as": "participants"}},
        {"notifications": {"url": "https://lms.example/hook"}},
        {"retention_days": 30},
    ],
)
def test_a_change_is_kept_and_all_that_is_left_out_stays(lms: Lms, change: dict[str, Any]) -> None:
    answer = put(lms, **change)
    ((name, value),) = change.items()
    merged = DEFAULTS[name] | value if isinstance(value, dict) else value
    assert (answer.status, answer.json) == (202, DEFAULTS | {name: merged})
    assert lms.get(SETTINGS).json == answer.json
    assert lms.parts.zoom.asked == []


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"zoom": {"application_type": "jwt"}}, "/zoom/application_type"),
        ({"zoom": {"client_secret": 5}}, "/zoom/client_secret"),
        ({"zoom": {"client_secret": ""}}, "/zoom/client_secret"),
        ({"zoom": {"client_secret": {"changed_at": None}}}, "/zoom/client_secret"),
        ({"zoom": {"webhook_secret_token": "a b"}}, "/zoom/webhook_secret_token"),
        ({"zoom": {"account_id": "æ"}}, "/zoom/account_id"),
        ({"zoom": None}, "/zoom"),
        ({"features": {"webinars": "yes"}}, "/features/webinars"),
        ({"access_validation": {"lead_minutes": [0]}}, "/access_validation/lead_minutes/0"),
        ({"access_validation": {"lead_minutes": [5, 10081]}}, "/access_validation/lead_minutes/1"),
        ({"access_validation": {"lead_minutes": [5, 5]}}, "/access_validation/lead_minutes"),
        (
            {"access_validation": {"lead_minutes": list(range(1, 12))}},
            "/access_validation/lead_minutes",
        ),
        (
            {"access_validation": {"check_url": "http://lms.example"}},
            "/access_validation/check_url",
        ),
        ({"access_validation": {"check_url": "http://127.0.0.1/"}}, "/access_validation/check_url"),
        ({"notifications": {"url": "http://lms.example"}}, "/notifications/url"),
        ({"notifications": {"url": "https://key:word@lms.example"}}, "/notifications/url"),
        ({"notifications": {"url": "https://169.254.169.254/latest"}}, "/notifications/url"),
        ({"notifications": {"url": "https://[fd00:ec2::254]/"}}, "/notifications/url"),
        (
            {"access_validation": {"check_url": "https://10.0.0.1:22/"}},
            "/access_validation/check_url",
        ),
        ({"notifications": {"secret": "hush"}}, "/notifications/secret"),
        ({"notifications": {"secret": "whsec_"}}, "/notifications/secret"),
        ({"notifications": {"secret": "whsec_æ"}}, "/notifications/secret"),
        ({"notifications": {"secret": "whsec_a"}}, "/notifications/secret"),
        ({"emails": {"zoom_emails": None}}, "/emails/zoom_emails"),
        ({"drift": "ignore"}, "/drift"),
        ({"hosts": {"licence": "buy"}}, "/hosts/licence"),
        ({"retention_days": 0}, "/retention_days"),
        ({"retention_days": 3651}, "/retention_days"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_settings_cannot_be_is_422_where_it_is_and_changes_nothing(
    lms: Lms, change: dict[str, Any], pointer: str
) -> None:
    answer, writes = lms.writes(lambda: put(lms, **({"retention_days": 30} | change)))
    assert (answer.status, answer.pointers, writes) == (422, [pointer], [])
    assert lms.get(SETTINGS).json == DEFAULTS


def test_the_local_cloud_takes_http_on_loopback_alone(lms: Lms) -> None:
    lms.parts.local = True
    for url in ("http://localhost:9000/hook", "http://127.0.0.1/", "http://[::1]:1/"):
        assert put(lms, notifications={"url": url}).status == 202
    for url in ("http://lms.example/", "http://localhost.example", "http://128.0.0.1/"):
        assert put(lms, notifications={"url": url}).pointers == ["/notifications/url"]


def test_a_host_that_leads_into_a_network_of_its_own_is_refused_in_words(lms: Lms) -> None:
    lms.parts.names["lms.intern"] = ["8.8.8.8", "192.168.1.9"]

    answer = put(lms, notifications={"url": "https://lms.intern/hook"})

    assert (answer.status, answer.pointers) == (422, ["/notifications/url"])
    assert "public internet" in answer.text
    assert "192.168" not in answer.text


def test_a_host_that_is_not_known_yet_is_taken_and_looked_at_once(lms: Lms) -> None:
    assert put(lms, notifications={"url": "https://new.example/hook"}).status == 202
    lms.parts.names["new.example"] = ["10.1.1.1"]
    stored = lms.get(SETTINGS).json
    del stored["zoom"]

    assert put(lms, **(stored | {"retention_days": 9})).status == 202


class TestWebinars:
    NONE = InvalidField(pointer="/features/webinars", detail="The Zoom account has no webinars.")

    def test_are_switched_on_where_the_account_has_them(self, lms: Lms) -> None:
        put(lms, zoom=CREDENTIALS)
        assert put(lms, features={"webinars": True}).json["features"]["webinars"] is True
        assert lms.parts.zoom.asked_for_webinars == 1

    def test_that_the_account_lacks_are_refused_and_nothing_is_stored(self, lms: Lms) -> None:
        put(lms, zoom=CREDENTIALS)
        before = lms.get(SETTINGS).json
        lms.parts.zoom.faults_to_find = [self.NONE]
        answer = put(lms, features={"webinars": True}, retention_days=30)
        assert (answer.status, answer.pointers) == (422, ["/features/webinars"])
        assert lms.get(SETTINGS).json == before

    def test_are_asked_for_once_and_not_again_while_they_are_on(self, lms: Lms) -> None:
        put(lms, zoom=CREDENTIALS, features={"webinars": True})
        put(lms, features={"webinars": True}, retention_days=30)
        put(lms, features={"webinars": False})
        assert lms.parts.zoom.asked_for_webinars == 1

    def test_are_asked_for_anew_with_other_credentials(self, lms: Lms) -> None:
        put(lms, zoom=CREDENTIALS, features={"webinars": True})
        put(lms, zoom={"client_secret": "other"})
        assert lms.parts.zoom.asked_for_webinars == 2

    def test_can_be_switched_on_before_there_are_credentials(self, lms: Lms) -> None:
        assert put(lms, features={"webinars": True}).status == 202
        assert lms.parts.zoom.asked_for_webinars == 0

    def test_that_zoom_cannot_be_asked_about_stay_off(self, lms: Lms) -> None:
        put(lms, zoom=CREDENTIALS)
        lms.parts.zoom.error = ZoomUnavailable("get_plan_usage", unclear=True)
        assert put(lms, features={"webinars": True}).status == 503
        assert lms.get(SETTINGS).json["features"]["webinars"] is False


class TestCredentials:
    def test_are_checked_and_stored_and_the_secrets_never_read_back(self, lms: Lms) -> None:
        answer = put(lms, zoom=CREDENTIALS | {"webhook_secret_token": "token"})
        assert answer.status == 202
        assert answer.json["zoom"] == {
            "application_type": "server_to_server_oauth",
            "account_id": "acc",
            "client_id": "cid",
            "client_secret": SET,
            "webhook_secret_token": SET,
        }
        assert lms.parts.zoom.asked == [("acc", "cid", "hush")]
        assert "hush" not in answer.text
        assert secrets(lms) == ConnectionSecrets(
            client_secret="hush", webhook_secret_token="token", credentials_version=1
        )

    def test_that_are_the_same_are_not_checked_again(self, lms: Lms) -> None:
        put(lms, zoom=CREDENTIALS)
        answer = put(lms, zoom=CREDENTIALS)
        assert (answer.status, len(lms.parts.zoom.asked)) == (200, 1)

    def test_that_are_new_have_it_found_what_limits_their_account(self, lms: Lms) -> None:
        put(lms, zoom=CREDENTIALS)
        put(lms, zoom=CREDENTIALS | {"webhook_secret_token": "token"}, retention_days=30)
        assert lms.parts.limits.found_for == [
            connection(lms).model_copy(
                update={"webhook_secret_changed_at": None, "credentials_version": 1}
            )
        ]
        put(lms, zoom={"account_id": "another"})
        assert [each.account_id for each in lms.parts.limits.found_for] == ["acc", "another"]

    @pytest.mark.parametrize("part", ["account_id", "client_id", "client_secret"])
    def test_are_checked_whole_when_a_part_changes(self, lms: Lms, part: str) -> None:
        put(lms, zoom=CREDENTIALS)
        lms.parts.moment = LATER
        answer = put(lms, zoom={part: "other"})
        changed = CREDENTIALS | {part: "other"}
        assert answer.status == 202
        assert lms.parts.zoom.asked[-1] == tuple(changed.values())
        assert connection(lms).credentials_version == 2
        changed_at = "12" if part == "client_secret" else "09"
        told = answer.json["zoom"]["client_secret"]["changed_at"]
        assert told == f"2026-11-30T{changed_at}:00:00Z"

    @pytest.mark.parametrize("part", ["account_id", "client_id", "client_secret"])
    def test_are_needed_together(self, lms: Lms, part: str) -> None:
        others = {name for name in CREDENTIALS if name != part}
        answer = put(lms, zoom={part: "x"})
        assert set(answer.pointers) == {f"/zoom/{name}" for name in others}
        assert len(put(lms, zoom={"webhook_secret_token": "x"}).pointers) == 3

    def test_that_zoom_refuses_leave_everything_as_it_was(self, lms: Lms) -> None:
        put(lms, zoom=CREDENTIALS)
        before = (lms.get(SETTINGS).json, secrets(lms))
        lms.parts.zoom.faults_to_find = [InvalidField(pointer="/zoom/client_secret", detail="No.")]
        answer = put(lms, zoom={"client_secret": "wrong"}, retention_days=30)
        assert answer.pointers == ["/zoom/client_secret"]
        assert (lms.get(SETTINGS).json, secrets(lms)) == before

    @pytest.mark.parametrize(
        "error", [ZoomUnavailable("request_token", unclear=True), ZoomRateLimited("request_token")]
    )
    def test_that_zoom_cannot_be_asked_about_are_not_stored(
        self, lms: Lms, error: ZoomRateLimited | ZoomUnavailable
    ) -> None:
        lms.parts.zoom.error = error
        answer = put(lms, zoom=CREDENTIALS, retention_days=30)
        assert (answer.status, answer.json["code"]) == (503, "zoom_unavailable")
        assert int(answer.headers["Retry-After"]) > 0
        assert (lms.get(SETTINGS).json, secrets(lms)) == (DEFAULTS, None)

    def test_webhook_secret_changes_without_asking_zoom_and_can_be_taken_away(
        self, lms: Lms
    ) -> None:
        put(lms, zoom=CREDENTIALS)
        assert (
            put(lms, zoom={"webhook_secret_token": "t"}).json["zoom"]["webhook_secret_token"] == SET
        )
        assert connection(lms).credentials_version == 2
        answer = put(lms, zoom={"webhook_secret_token": None})
        assert answer.json["zoom"]["webhook_secret_token"]["set"] is False
        found = secrets(lms)
        assert found is not None
        assert found.webhook_secret_token is None
        assert len(lms.parts.zoom.asked) == 1

    def test_of_which_only_the_secret_was_stored_before_a_crash_are_completed(
        self, lms: Lms
    ) -> None:
        put(lms, zoom=CREDENTIALS)
        ahead = ConnectionSecrets(client_secret="new", credentials_version=2)
        lms.parts.secrets().put(DEFAULT_CONNECTION, ahead)
        assert put(lms, zoom={"client_secret": "new"}).status == 202
        assert connection(lms).credentials_version == 2
        assert put(lms, zoom={"client_secret": "new"}).status == 200


class TestTheNotificationSecret:
    SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    def test_is_kept_apart_and_never_reads_back(self, lms: Lms) -> None:
        answer = put(lms, notifications={"secret": self.SECRET})
        assert (answer.status, answer.json["notifications"]["secret"]) == (202, SET)
        assert lms.parts.secrets().notification_secret() == self.SECRET

    def test_put_again_is_no_change(self, lms: Lms) -> None:
        put(lms, notifications={"secret": self.SECRET})
        lms.parts.moment = LATER
        assert put(lms, notifications={"secret": self.SECRET}).status == 200
        assert put(lms, notifications={"secret": SET}).status == 200

    def test_can_be_taken_away(self, lms: Lms) -> None:
        put(lms, notifications={"secret": self.SECRET})
        answer = put(lms, notifications={"secret": None})
        assert answer.json["notifications"]["secret"] == {"set": False, "changed_at": None}
        assert lms.parts.secrets().notification_secret() is None


def test_the_loser_of_a_race_decides_again_on_what_the_winner_stored(
    lms: Lms, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = lms.parts.settings()
    write = store.put
    lost: list[object] = []

    def lose_once(settings: Settings, *, was_revision: int, record: SettingsRecord) -> None:
        if not lost:
            lost.append(was_revision)
            write(
                settings.model_copy(update={"drift": Drift.REPORT, "retention_days": 365}),
                was_revision=0,
            )
        write(settings, was_revision=was_revision, record=record)

    monkeypatch.setattr(store, "put", lose_once)
    answer = put(lms, retention_days=30)
    assert (answer.status, answer.json["retention_days"], answer.json["drift"]) == (
        202,
        30,
        "report",
    )
