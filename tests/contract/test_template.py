"""What every resource of `template.yaml` has to have, whoever adds it."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import yaml

from lectern_testing.template import (
    FUNCTIONS,
    LOCAL_VARIABLES,
    ROOT,
    RUNTIME_VARIABLES,
    SOURCE,
    STACK,
    TEMPLATE,
    code,
)
from local.records import matches
from local.template import STACK as STACK_NAME
from local.template import load


def metrics(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    """The metrics that an alarm looks at."""
    if "MetricName" in alarm:
        return [alarm]
    return [item["MetricStat"]["Metric"] for item in alarm["Metrics"] if "MetricStat" in item]


def watched(metric_name: str, dimension: str, value: str) -> bool:
    """Whether an alarm looks at this metric of this resource."""
    return any(
        metric["MetricName"] == metric_name
        and {"Name": dimension, "Value": value} in metric["Dimensions"]
        for alarm in STACK.of_type("AWS::CloudWatch::Alarm").values()
        for metric in metrics(alarm)
    )


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_a_log_group_that_forgets(name: str) -> None:
    group = TEMPLATE["Resources"][name]["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]
    assert TEMPLATE["Resources"][group]["Properties"]["RetentionInDays"] > 0


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_a_role_of_its_own(name: str) -> None:
    roles = [properties["Role"] for properties in FUNCTIONS.values()]
    assert roles.count(FUNCTIONS[name]["Role"]) == 1


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_errors_of_every_function_are_watched(name: str) -> None:
    assert watched("Errors", "FunctionName", FUNCTIONS[name]["FunctionName"])


@pytest.mark.parametrize("name", STACK.of_type("AWS::StepFunctions::StateMachine"))
def test_the_failures_of_every_state_machine_are_watched(name: str) -> None:
    machine = STACK.of_type("AWS::StepFunctions::StateMachine")[name]
    arn = f"arn:aws:states:eu-west-1:123456789012:stateMachine:{machine['StateMachineName']}"
    for metric in ("ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"):
        assert watched(metric, "StateMachineArn", arn)


@pytest.mark.parametrize("name", STACK.of_type("AWS::Lambda::EventSourceMapping"))
def test_what_a_stream_s_reader_gives_up_is_kept_with_an_alarm(name: str) -> None:
    mapping = STACK.of_type("AWS::Lambda::EventSourceMapping")[name]
    assert "ReportBatchItemFailures" in mapping["FunctionResponseTypes"]
    given_up = "OnFailureDestinationDeliveredEventCount"
    assert ":s3:" in mapping["DestinationConfig"]["OnFailure"]["Destination"]
    assert "EventCount" in mapping["MetricsConfig"]["Metrics"], "else nothing is counted"
    assert watched(given_up, "EventSourceMappingUUID", f"{STACK_NAME}-{name}")


def test_a_queue_of_work_has_one_of_dead_letters_with_an_alarm_and_the_others_are_such() -> None:
    queues = STACK.of_type("AWS::SQS::Queue")
    fed = {name: each["RedrivePolicy"] for name, each in queues.items() if "RedrivePolicy" in each}
    assert fed.keys() == {"NotificationQueue"}
    dead = {each["QueueName"] for name, each in queues.items() if name not in fed}
    assert {each["deadLetterTargetArn"].rpartition(":")[2] for each in fed.values()} <= dead
    for name in dead:
        assert watched("ApproximateNumberOfMessagesVisible", "QueueName", name)


@pytest.mark.parametrize("mapping", STACK.of_type("AWS::Lambda::EventSourceMapping").values())
def test_no_mapping_looks_into_a_queue_all_month(mapping: dict[str, str]) -> None:
    """Lambda is paid for each look, whatever the queue holds; a stream is read for nothing."""
    assert ":dynamodb:" in mapping["EventSourceArn"]


def test_a_change_of_the_table_is_tried_for_half_of_the_day_that_the_stream_keeps_it() -> None:
    """Ten tries are over within minutes: what the LMS is told is read off nothing else."""
    mapping = STACK.of_type("AWS::Lambda::EventSourceMapping")["DispatchFunctionTableStream"]
    assert mapping["MaximumRetryAttempts"] == 10_000, "Lambda's most: the age is what ends it"
    assert mapping["MaximumRecordAgeInSeconds"] == 12 * 3600


def test_changes_of_a_shard_are_dispatched_one_batch_after_the_other() -> None:
    """More at once would keep the order of each item, and timelines count over many."""
    mapping = STACK.of_type("AWS::Lambda::EventSourceMapping")["DispatchFunctionTableStream"]
    assert mapping["ParallelizationFactor"] == 1
    assert mapping["BatchSize"] >= 100, "an event of a batch is started once, however often asked"


@pytest.mark.parametrize("name", STACK.of_type("AWS::S3::Bucket"))
def test_a_bucket_is_shut_encrypted_and_forgets(name: str) -> None:
    bucket = STACK.of_type("AWS::S3::Bucket")[name]
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    [encryption] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"]
    [rule] = bucket["LifecycleConfiguration"]["Rules"]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 14)


@pytest.mark.parametrize("name", STACK.of_type("AWS::Scheduler::Schedule"))
def test_a_schedule_that_cannot_fire_is_put_aside_and_watched(name: str) -> None:
    target = STACK.of_type("AWS::Scheduler::Schedule")[name]["Target"]
    queue = target["DeadLetterConfig"]["Arn"].rpartition(":")[2]
    assert target["RetryPolicy"]["MaximumRetryAttempts"] >= 0
    assert watched("ApproximateNumberOfMessagesVisible", "QueueName", queue)


def test_no_path_of_a_join_link_is_kept_by_the_gateway() -> None:
    for stage in STACK.of_type("AWS::ApiGateway::Stage").values():
        assert stage["TracingEnabled"] is False
        assert "AccessLogSetting" not in stage
        for setting in stage["MethodSettings"]:
            assert setting.get("LoggingLevel", "OFF") == "OFF"
            assert not setting.get("DataTraceEnabled")


FORGETS = {"InboxTable"}
"""Tables that keep nothing which could not be asked for again: nothing of people is in a backup."""


@pytest.mark.parametrize("name", sorted(STACK.of_type("AWS::DynamoDB::Table").keys() - FORGETS))
def test_a_table_can_be_restored_and_is_kept(name: str) -> None:
    resource = TEMPLATE["Resources"][name]
    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"
    properties = resource["Properties"]
    assert properties["DeletionProtectionEnabled"]
    assert properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]


@pytest.mark.parametrize("name", STACK.of_type("AWS::DynamoDB::Table"))
def test_a_table_is_encrypted_paid_for_by_use_and_forgets_what_has_its_time(name: str) -> None:
    properties = TEMPLATE["Resources"][name]["Properties"]
    assert properties["SSESpecification"]["SSEEnabled"]
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
    assert properties["BillingMode"] == "PAY_PER_REQUEST"


@pytest.mark.parametrize("name", sorted(FORGETS))
def test_nothing_is_left_of_a_table_that_forgets(name: str) -> None:
    resource = TEMPLATE["Resources"][name]
    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Delete"
    assert "PointInTimeRecoverySpecification" not in resource["Properties"]
    assert "DeletionProtectionEnabled" not in resource["Properties"]


DELIVERIES = STACK.of_type("AWS::Lambda::EventSourceMapping")["WebhookEventsFunctionDeliveries"]


def test_nothing_looks_into_the_inbox_but_its_stream_and_a_burst_takes_few_places() -> None:
    """A new table on demand has four shards: eight functions of an account's ten, or thousand."""
    assert DELIVERIES["EventSourceArn"].endswith("-InboxTable/stream/latest")
    assert 1 < DELIVERIES["ParallelizationFactor"] * 4 < 10
    assert DELIVERIES["StartingPosition"] == "TRIM_HORIZON"


def test_a_delivery_is_tried_for_half_of_the_day_that_the_stream_keeps_it() -> None:
    assert DELIVERIES["MaximumRetryAttempts"] == 10_000, "Lambda's most: the age is what ends it"
    assert DELIVERIES["MaximumRecordAgeInSeconds"] == 12 * 3600
    assert DELIVERIES["BisectBatchOnFunctionError"]


@pytest.mark.parametrize(("name", "passes"), [("INSERT", True), ("REMOVE", False)])
def test_what_the_inbox_forgets_wakes_nobody(name: str, passes: bool) -> None:  # noqa: FBT001
    patterns = [json.loads(each["Pattern"]) for each in DELIVERIES["FilterCriteria"]["Filters"]]
    assert matches({"eventName": name}, patterns) == passes


RESTORED = {
    "ApiKeyHashes": "0" * 64,
    "RestoredTable": "lectern-of-yesterday",
    "RestoredTableStream": "arn:aws:dynamodb:eu-west-1:123456789012:table/lectern-of-yesterday"
    "/stream/2030-03-17T09:00:00.123",
}


def test_a_restored_table_takes_the_place_of_the_stacks_own_everywhere() -> None:
    stack = load(RESTORED, "http://aws")
    own = f"{STACK_NAME}-Table"
    assert "Table" not in stack.resources
    assert own not in json.dumps(stack.resources)
    others = {name: each for name, each in STACK.resources.items() if name != "Table"}
    arn = f"arn:aws:dynamodb:eu-west-1:123456789012:table/{own}/stream/latest"
    told = '"RESTORED_TABLE_STREAM": "'
    assert json.dumps(others).count(f'{told}"') == 1
    put_in = json.dumps(others).replace(arn, RESTORED["RestoredTableStream"])
    put_in = put_in.replace(told, told + RESTORED["RestoredTableStream"])
    assert json.loads(put_in.replace(own, RESTORED["RestoredTable"])) == stack.resources


def test_the_key_of_links_outlives_the_stack_and_is_found_by_the_next_one() -> None:
    resource = TEMPLATE["Resources"]["LinkKey"]
    # A first deployment that fails would leave a name that the next one cannot give.
    assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
    assert resource["UpdateReplacePolicy"] == "Retain"
    again = load({"ApiKeyHashes": "0" * 64, "LinkKeyIs": "kept"}, "http://aws")
    assert "LinkKey" not in again.resources


def test_every_resource_says_in_a_line_above_it_why_it_exists() -> None:
    lines = SOURCE.splitlines()
    for name in TEMPLATE["Resources"]:
        line = lines.index(f"  {name}:")
        assert lines[line - 1].startswith("  # "), f"{name} does not say why it exists"


def test_schedules_are_those_of_eventbridge_scheduler() -> None:
    kinds = {
        event["Type"]
        for resource in TEMPLATE["Resources"].values()
        for event in resource.get("Properties", {}).get("Events", {}).values()
    }
    assert "Schedule" not in kinds
    assert "AWS::Events::Rule" not in {resource["Type"] for resource in STACK.resources.values()}


@pytest.mark.parametrize(
    "name",
    [n for n, r in TEMPLATE["Resources"].items() if r["Type"] == "AWS::Serverless::StateMachine"],
)
def test_substitutions_of_a_state_machine_are_those_that_its_definition_uses(name: str) -> None:
    properties = TEMPLATE["Resources"][name]["Properties"]
    definition = (ROOT / properties["DefinitionUri"]).read_text(encoding="utf-8")
    strings = json.dumps(yaml.safe_load(definition))
    used = set(re.findall(r"\$\{(\w+)\}", strings))
    assert used == properties["DefinitionSubstitutions"].keys()


def test_every_variable_is_read_by_the_code_and_every_one_that_is_read_is_given() -> None:
    given = {
        variable
        for function in FUNCTIONS.values()
        for variable in function["Environment"]["Variables"]
        if not RUNTIME_VARIABLES.fullmatch(variable)
    }
    read = set(re.findall(r"""environ(?:\.get\(|\[)["'](\w+)["']""", code()))
    ours = {variable for variable in read if not RUNTIME_VARIABLES.fullmatch(variable)}
    assert given == ours - LOCAL_VARIABLES


def test_every_parameter_is_used() -> None:
    for parameter in TEMPLATE["Parameters"]:
        assert re.search(rf"!Ref {parameter}\b|\${{{parameter}}}", SOURCE)


def test_functions_run_what_the_template_names() -> None:
    for name, properties in FUNCTIONS.items():
        folder = Path(properties["Code"]["S3Key"])
        assert (folder / "app.py").is_file(), f"{name} has no code"


GATEWAY_RESPONSES = {
    "ACCESS_DENIED",
    "API_CONFIGURATION_ERROR",
    "AUTHORIZER_CONFIGURATION_ERROR",
    "AUTHORIZER_FAILURE",
    "BAD_REQUEST_BODY",
    "BAD_REQUEST_PARAMETERS",
    "DEFAULT_4XX",
    "DEFAULT_5XX",
    "EXPIRED_TOKEN",
    "INTEGRATION_FAILURE",
    "INTEGRATION_TIMEOUT",
    "INVALID_API_KEY",
    "INVALID_SIGNATURE",
    "MISSING_AUTHENTICATION_TOKEN",
    "QUOTA_EXCEEDED",
    "REQUEST_TOO_LARGE",
    "RESOURCE_NOT_FOUND",
    "THROTTLED",
    "UNAUTHORIZED",
    "UNSUPPORTED_MEDIA_TYPE",
    "WAF_FILTERED",
}
"""All types that API Gateway has; those that are not given are answered by the defaults."""
[API] = STACK.of_type("AWS::ApiGateway::RestApi").values()
RESPONSES = API["Body"]["x-amazon-apigateway-gateway-responses"]


def test_the_gateway_s_own_answers_are_of_types_that_there_are() -> None:
    assert RESPONSES.keys() <= GATEWAY_RESPONSES
    assert {"DEFAULT_4XX", "DEFAULT_5XX"} <= RESPONSES.keys()


def test_each_of_its_answers_says_what_it_means_and_not_what_the_rest_is() -> None:
    """A type that is not given has the status of the defaults, whatever it means."""
    assert {kind: int(each["statusCode"]) for kind, each in RESPONSES.items()} == {
        **dict.fromkeys(("UNAUTHORIZED", "ACCESS_DENIED"), 401),
        "WAF_FILTERED": 403,
        **dict.fromkeys(
            ("MISSING_AUTHENTICATION_TOKEN", "INVALID_SIGNATURE", "RESOURCE_NOT_FOUND"), 404
        ),
        "REQUEST_TOO_LARGE": 413,
        "UNSUPPORTED_MEDIA_TYPE": 415,
        **dict.fromkeys(("THROTTLED", "QUOTA_EXCEEDED"), 429),
        **dict.fromkeys(("INTEGRATION_FAILURE", "INTEGRATION_TIMEOUT"), 503),
        "DEFAULT_4XX": 400,
        "DEFAULT_5XX": 500,
    }


@pytest.mark.parametrize("kind", sorted(RESPONSES))
def test_what_the_gateway_answers_itself_is_a_problem_document(kind: str) -> None:
    response = RESPONSES[kind]
    problem = json.loads(response["responseTemplates"]["application/json"])
    assert problem.keys() == {"type", "title", "status", "detail", "code"}
    assert re.fullmatch("[a-z0-9_]+", problem["code"])
    # Without a status of its own, a type has whichever one API Gateway gives it.
    assert problem["status"] == int(response["statusCode"])
    assert problem["title"] in {HTTPStatus(problem["status"]).phrase, "Content Too Large"}
    headers = response["responseParameters"]
    assert headers["gatewayresponse.header.Content-Type"] == "'application/problem+json'"
    if problem["status"] in {429, 503}:
        assert "gatewayresponse.header.Retry-After" in headers


@pytest.mark.parametrize("path", ["/", "/{proxy+}"])
def test_whatever_has_no_route_is_passed_on_without_a_key(path: str) -> None:
    operation = API["Body"]["paths"][path]["x-amazon-apigateway-any-method"]
    assert "LmsApi" in operation["x-amazon-apigateway-integration"]["uri"]
    assert [name for each in operation.get("security", []) for name in each if name != "NONE"] == []


def test_no_metrics_by_method_are_paid_for_that_nobody_reads() -> None:
    [stage] = STACK.of_type("AWS::ApiGateway::Stage").values()
    read = [
        d["Name"]
        for alarm in STACK.of_type("AWS::CloudWatch::Alarm").values()
        for metric in metrics(alarm)
        for d in metric["Dimensions"]
    ]
    assert "Resource" not in read
    assert not any(each.get("MetricsEnabled") for each in stage["MethodSettings"])


CONCURRENCY = {
    "JoinFunction": "JoinConcurrency",
    "ZoomWebhookFunction": "WebhookConcurrency",
    "AuthorizerFunction": "AuthorizerConcurrency",
    "LmsApiFunction": "LmsApiConcurrency",
}
"""Who can have executions set aside, by which parameter."""


def test_nothing_of_a_small_quota_is_set_aside() -> None:
    assert [n for n, each in FUNCTIONS.items() if "ReservedConcurrentExecutions" in each] == []


@pytest.mark.parametrize("name", CONCURRENCY)
def test_what_is_set_aside_is_so_for_that_function_alone(name: str) -> None:
    stack = load({"ApiKeyHashes": "0" * 64, CONCURRENCY[name]: "7"}, "http://aws")
    reserved = {
        function: int(properties["ReservedConcurrentExecutions"])
        for function, properties in stack.of_type("AWS::Lambda::Function").items()
        if "ReservedConcurrentExecutions" in properties
    }
    assert reserved == {name: 7}
