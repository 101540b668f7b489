"""Alarms: each says in the papers what to do, and watches something that is there."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from lectern_testing.over_http.exercised import dimensions_of, metrics_of, template
from lectern_testing.table import REPOSITORY
from local.template import load

ALARMS = template().of_type("AWS::CloudWatch::Alarm")
TOPIC = "arn:aws:sns:eu-west-1:123456789012:alarms"
SILENCE = {"BackgroundSweepSilenceAlarm", "PreEventSweepSilenceAlarm"}
"""What is heard where nothing is said."""


def rows() -> dict[str, list[str]]:
    """What `docs/operations.md` says of each alarm: means, check, remedy."""
    text = (REPOSITORY / "docs" / "operations.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| `(\w+Alarm)` \| (.+) \|$", text, re.MULTILINE)
    return {name: said.split(" | ") for name, said in found}


def code() -> str:
    folders = (REPOSITORY / "functions", REPOSITORY / "layers" / "lectern" / "python")
    return "\n".join(file.read_text() for each in folders for file in each.rglob("*.py"))


@pytest.mark.parametrize("name", ALARMS)
def test_whoever_is_woken_finds_what_to_check_and_to_do(name: str) -> None:
    means, check, remedy = rows()[name]
    assert all(len(text) > 3 for text in (means, check, remedy))


def test_no_alarm_is_explained_that_is_none() -> None:
    assert rows().keys() == ALARMS.keys()


@pytest.mark.parametrize("name", ALARMS)
def test_it_is_told_when_it_begins_and_when_it_is_over(name: str) -> None:
    assert "AlarmActions" not in ALARMS[name]
    told = load({"ApiKeyHashes": "0" * 64, "AlarmTopic": TOPIC}, "http://aws")
    alarm = told.of_type("AWS::CloudWatch::Alarm")[name]
    assert alarm["AlarmActions"] == alarm["OKActions"] == [TOPIC]


@pytest.mark.parametrize("name", ALARMS)
def test_silence_wakes_somebody_where_it_is_the_fault_and_nowhere_else(name: str) -> None:
    wanted = "breaching" if name in SILENCE else "notBreaching"
    assert ALARMS[name]["TreatMissingData"] == wanted


@pytest.mark.parametrize("name", ALARMS)
def test_a_calculation_is_of_no_more_metrics_than_an_alarm_may_have(name: str) -> None:
    assert len(metrics_of(ALARMS[name])) <= 9, "CloudWatch: ten, and the sum is one"


def watched() -> set[tuple[str, str, str]]:
    """All that alarms look at: namespace, metric, and what it is of."""
    return {
        (each["Namespace"], each["MetricName"], *dimensions_of(each).values())
        for alarm in ALARMS.values()
        for each in metrics_of(alarm)
        if len(each["Dimensions"]) == 1
    }


@pytest.mark.parametrize("name", template().of_type("AWS::Lambda::Function"))
def test_what_lambda_refuses_of_every_function_is_watched(name: str) -> None:
    function = template().of_type("AWS::Lambda::Function")[name]["FunctionName"]
    assert ("AWS/Lambda", "Throttles", function) in watched()


@pytest.mark.parametrize("name", template().of_type("AWS::StepFunctions::StateMachine"))
def test_what_step_functions_holds_back_of_every_machine_is_watched(name: str) -> None:
    throttled = {of for space, metric, of in watched() if metric == "ExecutionThrottled"}
    assert [each for each in throttled if each.endswith(f"-{name}")]


def test_what_the_table_refuses_and_who_waits_for_an_answer_is_watched() -> None:
    metrics = {metric for _, metric, _ in watched()}
    assert metrics >= {"ReadThrottleEvents", "WriteThrottleEvents", "Duration"}
    slow = ALARMS["ApiLatencyAlarm"]
    assert (slow["MetricName"], slow["ExtendedStatistic"]) == ("Latency", "p99")


def own_metrics() -> set[str]:
    watched = {
        each["MetricName"]
        for alarm in ALARMS.values()
        for each in metrics_of(alarm)
        if each["Namespace"] == "Lectern"
    }
    return watched | shown()


def shown() -> set[str]:
    """Lectern's own metrics that the dashboard shows."""
    body: dict[str, Any] = template().of_type("AWS::CloudWatch::Dashboard")["Dashboard"]
    found: set[str] = set()
    for widget in json.loads(body["DashboardBody"])["widgets"]:
        metrics, namespace = widget["properties"]["metrics"], ""
        for metric in metrics:
            if isinstance(metric[0], dict):
                found |= set(re.findall(r'MetricName="(\w+)"', metric[0]["expression"]))
                continue
            namespace = namespace if metric[0] in {".", "..."} else metric[0]
            if namespace == "Lectern" and metric[0] != "...":
                found.add(metric[1])
    return found


@pytest.mark.parametrize("name", sorted(own_metrics()))
def test_what_is_watched_and_shown_of_lectern_is_counted_somewhere(name: str) -> None:
    assert f'"{name}"' in code()


def test_the_widgets_of_the_dashboard_do_not_cover_each_other() -> None:
    body = template().of_type("AWS::CloudWatch::Dashboard")["Dashboard"]["DashboardBody"]
    places = [(each["x"], each["y"]) for each in json.loads(body)["widgets"]]
    assert len(set(places)) == len(places)
