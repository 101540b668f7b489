"""Zoom's webhooks through the API, the queue and the worker, as Zoom sends them."""

from __future__ import annotations

import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from requests.models import Response
from requests.sessions import Session

from lectern.inbox import delivery_in
from lectern_testing.waiting import eventually
from lectern_testing.webhooks.deliveries import a_webhook, body_of, signature, signed_headers
from local.cloud import LocalCloud
from local.resources import Aws
from local.template import load

SECRET = "local-webhook-secret"


def put_event(lms: Session, **changes: Any) -> tuple[str, dict[str, Any]]:
    path = f"/v1/events/{uuid.uuid4()}"
    event = {
        "kind": "meeting",
        "title": "Forklift safety",
        "starts_at": "2099-12-01T10:00:00+01:00",
        "duration_minutes": 60,
        "timezone": "Europe/Copenhagen",
        "host": {"user_id": "u-1", "email": "anna@acme.example"},
        **changes,
    }
    assert lms.put(path, json=event).status_code == 202
    return path, eventually(
        lambda: (found := lms.get(path).json())["sync"]["state"] == "in_sync" and found
    )


class Watched:
    """The stack's queues as its alarms know them: by the name that an alarm watches."""

    def __init__(self, cloud: LocalCloud) -> None:
        self._stack = load({"ApiKeyHashes": "0" * 64}, cloud.aws_url)
        aws = Aws(cloud.aws_url)
        self.sqs, self.dynamodb, self._s3 = map(aws.client, ("sqs", "dynamodb", "s3"))
        self.table = self._stack.of_type("AWS::DynamoDB::Table")["Table"]["TableName"]

    def queue(self, name: str) -> str:
        queue = self._stack.of_type("AWS::SQS::Queue")[name]
        found: str = self.sqs.get_queue_url(QueueName=queue["QueueName"])["QueueUrl"]
        return found

    def letters(self, alarm: str) -> list[Any]:
        """What is in the queue that makes an alarm go off; it does at the first message."""
        watched = self._stack.of_type("AWS::CloudWatch::Alarm")[alarm]
        assert (watched["Namespace"], watched["Statistic"]) == ("AWS/SQS", "Maximum")
        assert watched["MetricName"] == "ApproximateNumberOfMessagesVisible"
        assert watched["ComparisonOperator"] == "GreaterThanThreshold"
        assert watched["Threshold"] == 0
        [dimension] = watched["Dimensions"]
        assert dimension["Name"] == "QueueName"
        url = self.sqs.get_queue_url(QueueName=dimension["Value"])["QueueUrl"]
        found = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
        return [json.loads(message["Body"]) for message in found.get("Messages", [])]

    def kept(self, letter: dict[str, Any]) -> dict[str, Any]:
        """The record that a letter says the place of."""
        [bucket] = self._stack.of_type("AWS::S3::Bucket").values()
        found = self._s3.get_object(Bucket=bucket["BucketName"], Key=letter["object"])
        [record] = json.loads(found["Body"].read())["payload"]["Records"]
        return dict(record)

    def poison(self, path: str) -> dict[str, Any]:
        """Makes the stored event one that nobody can read; gives its key."""
        key = {"PK": {"S": f"EVENT#{path.rpartition('/')[2]}"}, "SK": {"S": "EVENT"}}
        self.dynamodb.update_item(
            TableName=self.table,
            Key=key,
            ConditionExpression="attribute_exists(PK)",
            UpdateExpression="SET details = :unreadable",
            ExpressionAttributeValues={":unreadable": {"S": "{"}},
        )
        return key


@pytest.fixture
def watched(cloud: LocalCloud) -> Watched:
    return Watched(cloud)


def deliver(
    cloud: LocalCloud,
    content: dict[str, Any],
    secret: str = SECRET,
    path: str = "/webhook/zoom-meeting",
    **headers: str,
) -> Response:
    body = body_of(content)
    signed = signed_headers(body, time.time(), secret) | headers
    return requests.post(cloud.url + path, data=body, headers=signed, timeout=30)


def test_the_phase_of_an_event_follows_what_zoom_delivers(cloud: LocalCloud, lms: Session) -> None:
    path, event = put_event(lms)
    zoom_id = event["zoom"]["id"]
    times: dict[str, Any] = {
        "start_time": "2026-03-17T17:00:00Z",
        "end_time": "2026-03-17T18:00:00Z",
    }
    assert event["phase"] == "upcoming"

    for _ in range(3):
        answer = deliver(cloud, a_webhook("meeting.started", zoom_id=zoom_id, **times))
        assert (answer.status_code, answer.content) == (200, b"")
    eventually(lambda: lms.get(path).json()["phase"] == "live")

    deliver(cloud, a_webhook("meeting.ended", zoom_id=zoom_id, **times))
    eventually(lambda: lms.get(path).json()["phase"] == "ended")


def test_what_cannot_be_read_ends_where_its_alarm_watches_and_all_else_goes_on(
    cloud: LocalCloud, lms: Session, watched: Watched
) -> None:
    bad_path, bad = put_event(lms)
    watched.sqs.send_message(
        QueueUrl=watched.queue("NotificationQueue"),
        MessageBody="{}",
        MessageGroupId="poisoned",
        MessageDeduplicationId="poisoned",
    )

    key = watched.poison(bad_path)
    deliver(cloud, a_webhook("meeting.started", zoom_id=bad["zoom"]["id"]))
    path, event = put_event(lms)
    deliver(cloud, a_webhook("meeting.started", zoom_id=event["zoom"]["id"]))
    eventually(lambda: lms.get(path).json()["phase"] == "live")

    [letter, *_] = eventually(lambda: watched.letters("StreamDeadLetterAlarm"))
    assert (letter["condition"], letter["keys"]) == ("RecordPoisoned", key)
    assert eventually(lambda: watched.letters("NotificationDeadLetterAlarm")) == [{}]
    letters = eventually(lambda: watched.letters("WebhookDeadLetterAlarm"))
    _, report = delivery_in(watched.kept(letters[0])["dynamodb"]["NewImage"])
    assert json.loads(report)["payload"]["object"]["id"] == bad["zoom"]["id"]
    watched.dynamodb.delete_item(TableName=watched.table, Key=key)


def test_zooms_check_of_the_addresses_was_met_at_the_start(cloud: LocalCloud) -> None:
    def subscriptions() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = requests.get(
            f"{cloud.zoom_url}/_sim/webhooks", timeout=30
        ).json()["subscriptions"]
        return found

    addresses = {each["url"] for each in subscriptions()}
    assert addresses == {f"{cloud.url}/webhook/zoom-{kind}" for kind in ("meeting", "webinar")}
    eventually(lambda: all(each["validated_at"] for each in subscriptions()))


def test_what_is_not_signed_is_a_401_and_a_wrong_method_a_405(cloud: LocalCloud) -> None:
    content = a_webhook()
    assert deliver(cloud, content, "forged").status_code == 401
    stale = str(int(time.time()) - 7300)
    old = {"x-zm-request-timestamp": stale}
    old["x-zm-signature"] = signature(body_of(content), stale, SECRET)
    answer = deliver(cloud, content, **old)
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    for path in ("/webhook/zoom-meeting", "/webhook/zoom-webinar"):
        assert requests.get(cloud.url + path, timeout=30).status_code == 405
        assert requests.post(cloud.url + path, data=b"\xff\x00", timeout=30).status_code == 401


def test_a_secret_that_is_replaced_counts_beside_the_new_one(
    cloud: LocalCloud, lms: Session
) -> None:
    content = a_webhook()
    for new in ("another-secret", SECRET):
        settings = {"zoom": {"webhook_secret_token": new}}
        answer = lms.put("/v1/settings", json=settings)
        assert answer.status_code in {200, 202}, answer.text
        assert deliver(cloud, content, "another-secret").status_code == 200
        assert deliver(cloud, content, SECRET).status_code == 200
    challenge = {"event": "endpoint.url_validation", "payload": {"plainToken": "abc"}}
    answer = deliver(cloud, challenge, SECRET)
    assert json.loads(answer.content)["plainToken"] == "abc"


def test_a_burst_is_answered_whole_and_counted_once(cloud: LocalCloud, lms: Session) -> None:
    path, event = put_event(lms)

    def joined(n: int) -> dict[str, Any]:
        participant = {"user_id": str(n), "user_name": f"Person {n}", "email": f"p{n}@x.example"}
        joined_at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        return a_webhook(
            "meeting.participant_joined",
            zoom_id=event["zoom"]["id"],
            participant=participant | {"join_time": joined_at},
        )

    deliveries = [joined(n) for n in range(50)]
    with ThreadPoolExecutor(8) as pool:
        sent = [*deliveries, *deliveries[::5]]
        answers = list(pool.map(lambda content: deliver(cloud, content).status_code, sent))

    assert answers == [200] * 60
    people = eventually(
        lambda: (
            (found := lms.get(f"{path}/attendance?limit=200").json()["unmatched"])
            and len(found) == 50
            and found
        )
    )
    assert len({person["email"] for person in people}) == 50
