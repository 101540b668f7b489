"""The template is read as CloudFormation would, and mistakes in parameters are found."""

from __future__ import annotations

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
