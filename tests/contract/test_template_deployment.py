"""Deployment: what is called by an alias gets every new version; a domain, with its address."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from lectern_testing.template import ROOT, SOURCE, STACK, TEMPLATE
from local.routes import routes_of
from local.template import STACK as STACK_NAME
from local.template import load

GRADUAL = {"LmsApiFunction", "JoinFunction", "ConsoleFunction", "ZoomWebhookFunction"}
[API] = STACK.of_type("AWS::ApiGateway::RestApi").values()
STATE_MACHINES = sorted(f"statemachines/{each.name}" for each in ROOT.glob("statemachines/*"))
DOMAIN = {
    "DomainName": "lectern.acme.example",
    "CertificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/abc",
}


def a_stack(**changes: str) -> Any:
    return load({"ApiKeyHashes": "0" * 64, **changes}, "http://aws")


def versions(**changes: str) -> set[str]:
    """The versions of functions that a deployment with these parameters has."""
    return set(a_stack(**changes).of_type("AWS::Lambda::Version"))


def test_whatever_answers_people_and_zoom_goes_over_gradually() -> None:
    answering = {route.function.removeprefix(f"{STACK_NAME}-") for route in routes_of(API["Body"])}
    assert answering == GRADUAL
    for name in GRADUAL:
        properties = TEMPLATE["Resources"][name]["Properties"]
        assert properties["AutoPublishAlias"] == "live"
        alarms = [alarm["Ref"] for alarm in properties["DeploymentPreference"]["Alarms"]]
        assert alarms == ["FunctionErrorsAlarm", "ApiErrorsAlarm"]


def test_each_release_is_a_version_of_its_own() -> None:
    """Without one, a change of a layer or a parameter would reach nobody who calls an alias."""
    assert len(versions()) == len(GRADUAL)
    assert versions(Release="a" * 64) & versions(Release="b" * 64) == set()
    for name in GRADUAL:
        release = TEMPLATE["Resources"][name]["Properties"]["AutoPublishCodeSha256"]
        assert release == {"Ref": "Release"}


@pytest.mark.parametrize(("value", "takes_back"), [("true", True), ("false", False)])
def test_the_remedy_of_an_alarm_can_be_deployed_while_it_is_on(
    value: str, *, takes_back: bool
) -> None:
    resources = a_stack(AlarmsTakeBack=value, GradualDeployment="Canary10Percent5Minutes").resources
    aliases = [r for r in resources.values() if r["Type"] == "AWS::Lambda::Alias"]
    assert ["UpdatePolicy" in alias for alias in aliases] == [takes_back] * len(GRADUAL)


def test_a_key_that_is_taken_away_needs_no_version() -> None:
    assert "AutoPublishAlias" not in TEMPLATE["Resources"]["AuthorizerFunction"]["Properties"]


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_what_a_stack_costs_is_found_by_its_tags(environment: str) -> None:
    environments = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
    tags = environments[environment]["deploy"]["parameters"]["tags"]
    assert tags.split() == ["application=lectern", f"environment={environment}"]


def test_make_deploy_gives_each_deployment_a_release() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    _, _, deploy = makefile.partition("\ndeploy: build")
    assert "Release=$$(" in deploy.partition("\n\n")[0]


@pytest.mark.parametrize(
    ("changes", "there"),
    [
        ({}, set()),
        (DOMAIN, {"ApiDomain", "ApiMapping"}),
        (DOMAIN | {"HostedZoneId": "Z123"}, {"ApiDomain", "ApiMapping", "ApiDomainRecord"}),
        ({"HostedZoneId": "Z123"}, set()),
    ],
)
def test_a_domain_is_made_where_one_is_given(changes: dict[str, str], there: set[str]) -> None:
    resources = a_stack(**changes).resources
    assert {n for n in resources if n.startswith("ApiDomain") or n == "ApiMapping"} == there


@pytest.mark.parametrize(("base_path", "mapped"), [("", None), ("lectern", "lectern")])
def test_the_mapping_has_a_base_path_where_one_is_given(base_path: str, mapped: Any) -> None:
    stack = a_stack(**DOMAIN, BasePath=base_path)
    [mapping] = stack.of_type("AWS::ApiGateway::BasePathMapping").values()
    assert mapping.get("BasePath") == mapped
    assert mapping["Stage"]


def test_a_domain_without_a_certificate_is_refused() -> None:
    [rule] = TEMPLATE["Rules"].values()
    assert rule["RuleCondition"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "DomainName"}, ""]}]}
    assert rule["Assertions"][0]["Assert"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "CertificateArn"}, ""]}]
    }


@pytest.mark.parametrize("kind", ["Meeting", "Webinar"])
def test_what_is_pasted_into_zoom_is_put_out_and_there(kind: str) -> None:
    route = f"/webhook/zoom-{kind.lower()}"
    assert (route, "post") in {(each.resource, each.method) for each in routes_of(API["Body"])}
    assert f"{kind}WebhookUrl" in TEMPLATE["Outputs"]
    for at in ("${DomainName}/${BasePath}", "${DomainName}", "${AWS::URLSuffix}/live"):
        assert f"{at}{route}" in SOURCE


def test_nothing_is_kept_ready_unless_it_is_asked_for() -> None:
    aliases = STACK.of_type("AWS::Lambda::Alias").values()
    assert [a for a in aliases if "ProvisionedConcurrencyConfig" in a] == []


def test_processes_of_the_join_function_can_be_kept_ready_and_of_no_other() -> None:
    aliases = a_stack(JoinProvisioned="2").of_type("AWS::Lambda::Alias")
    ready = {
        alias["FunctionName"]: alias["ProvisionedConcurrencyConfig"]
        for alias in aliases.values()
        if "ProvisionedConcurrencyConfig" in alias
    }
    assert ready == {f"{STACK_NAME}-JoinFunction": {"ProvisionedConcurrentExecutions": "2"}}


@pytest.mark.parametrize("file", ["template.yaml", *STATE_MACHINES])
def test_nothing_names_the_partition_that_most_regions_are_in(file: str) -> None:
    """So that Lectern is at home in China and in the government's clouds."""
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if re.search(r"arn:aws\b(?!-)", line)] == []
