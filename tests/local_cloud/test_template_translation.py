"""The template is read as CloudFormation would, and mistakes in parameters are found."""

from __future__ import annotations

import json
import re

import pytest

from lectern_testing.small_stack import TEMPLATE
from local.template import TemplateError, load

GIVEN = {"ApiKeyHashes": "0" * 64, "ZoomApiUrl": "http://a", "ZoomOauthUrl": "http://b"}


def test_a_parameter_reaches_the_variables_of_a_function() -> None:
    stack = load(GIVEN | {"Greeting": "hej"}, "http://aws", TEMPLATE)
    variables = stack.of_type("AWS::Lambda::Function")["Echo"]["Environment"]["Variables"]
    assert variables["GREETING"] == "hej of lectern-local"
    assert variables["TABLE_NAME"] == "lectern-local-Table"


def test_a_parameter_that_the_template_does_not_have_is_ignored_but_not_in_silence(
    caplog: pytest.LogCaptureFixture,
) -> None:
    load(GIVEN | {"Greting": "hej"}, "http://aws", TEMPLATE)
    assert "Greting" in caplog.text


def test_a_parameter_without_a_value_is_asked_for() -> None:
    with pytest.raises(TemplateError, match="ApiKeyHashes"):
        load({}, "http://aws", TEMPLATE)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ApiKeyHashes", "no digest"),
        ("ZoomApiUrl", "https://api.zoom.us/v2/"),
        ("ZoomPlan", "enterprise"),
        ("FoldSeconds", "-1"),
        ("FoldSeconds", "soon"),
        ("AlarmTopic", "alarms"),
        ("DomainName", "https://lectern.example"),
        ("BasePath", "/lectern"),
        ("Release", "v2"),
    ],
)
def test_a_value_that_cloudformation_refuses_is_refused(name: str, value: str) -> None:
    with pytest.raises(TemplateError, match=name):
        load(GIVEN | {name: value}, "http://aws")


def test_a_function_that_goes_over_gradually_is_called_by_its_alias() -> None:
    stack = load(GIVEN | {"JoinProvisioned": "3"}, "http://aws")
    aliases = stack.of_type("AWS::Lambda::Alias")
    assert {alias["Name"] for alias in aliases.values()} == {"live"}
    [join] = [a for name, a in aliases.items() if name.startswith("JoinFunction")]
    assert join["ProvisionedConcurrencyConfig"] == {"ProvisionedConcurrentExecutions": "3"}
    [api] = stack.of_type("AWS::ApiGateway::RestApi").values()
    uris = re.findall(r"arn:aws:lambda[^/]*/invocations", json.dumps(api["Body"]["paths"]))
    assert uris
    assert [uri for uri in uris if not uri.endswith(":live/invocations")] == []
