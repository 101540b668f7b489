"""`template.yaml` as CloudFormation would see it on this machine.

AWS's own SAM translator turns the template into CloudFormation; names are given and references
replaced here, so that every other part of the local cloud reads plain values.
"""

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from local.intrinsics import Intrinsics
from local.yaml_files import read_yaml

ROOT = Path(__file__).resolve().parent.parent
REGION = "eu-west-1"
ACCOUNT = "123456789012"
"""The account that moto takes everybody to be."""
STACK = "lectern-local"

_log = logging.getLogger(__name__)

Resource = dict[str, Any]

_NAME_PROPERTIES = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::IAM::Role": "RoleName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SecretsManager::Secret": "Name",
    "AWS::SQS::Queue": "QueueName",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
}
"""The resources that get a name here; the template leaves names to CloudFormation."""

_ARNS = {
    "AWS::DynamoDB::Table": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{{}}",
    "AWS::IAM::Role": f"arn:aws:iam::{ACCOUNT}:role/{{}}",
    "AWS::Lambda::Function": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{{}}",
    "AWS::Logs::LogGroup": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{{}}:*",
    "AWS::S3::Bucket": "arn:aws:s3:::{}",
    "AWS::SQS::Queue": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{{}}",
    "AWS::StepFunctions::StateMachine": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{{}}",
}


class TemplateError(Exception):
    """The template, or a parameter that was given for it, cannot be used."""


@dataclass(frozen=True)
class Stack:
    """The resources of the translated template, without references, by logical id."""

    resources: Mapping[str, Resource]

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """The properties of all resources of one type, by logical id."""
        return {
            logical_id: resource.get("Properties", {})
            for logical_id, resource in self.resources.items()
            if resource["Type"] == kind
        }


def load(parameters: Mapping[str, str], aws_url: str, path: Path = ROOT / "template.yaml") -> Stack:
    """Translates the template with these parameters.

    Args:
        parameters: values for the template's parameters, over their defaults.
        aws_url: where SQS will answer, as queues are known by their URL.
        path: the template; what it names is looked for beside it.

    Raises:
        TemplateError: for a parameter without a value.
    """
    translated, values = translate(parameters, path)
    names = _Names(translated["Resources"], aws_url)
    references = {**_pseudo_parameters(), **names.references(), **values}
    intrinsics = Intrinsics(references, names.attribute, translated.get("Conditions", {}))
    resources = {
        logical_id: _named(logical_id, intrinsics.resolve(resource))
        for logical_id, resource in translated["Resources"].items()
        if "Condition" not in resource or intrinsics.holds(resource["Condition"])
    }
    return Stack(resources)


def translate(
    parameters: Mapping[str, str], path: Path = ROOT / "template.yaml"
) -> tuple[dict[str, Any], dict[str, str]]:
    """Translates the template as CloudFormation's macro does; with the values of its parameters.

    Raises:
        TemplateError: for a parameter without a value, or with one that is refused.
    """
    source = read_yaml(path.read_text(encoding="utf-8"))
    values = _parameter_values(source.get("Parameters", {}), parameters)
    return _translate(_with_local_code(source, path.resolve().parent), values), values


def _parameter_values(declared: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    for name in sorted(given.keys() - declared.keys()):
        # As `sam deploy` does with what it is told to override, but not in silence.
        _log.warning("The template has no parameter %s; it is ignored.", name)
    values = {name: given.get(name, spec.get("Default")) for name, spec in declared.items()}
    missing = sorted(name for name, value in values.items() if value is None)
    if missing:
        raise TemplateError(f"the template wants a value for {', '.join(missing)}")
    for name, spec in declared.items():
        _check(name, spec, str(values[name]))
    return {name: str(value) for name, value in values.items()}


def _check(name: str, spec: Mapping[str, Any], value: str) -> None:
    """Refuses what CloudFormation refuses of a parameter's value."""
    pattern, allowed, least = (
        spec.get(key) for key in ("AllowedPattern", "AllowedValues", "MinValue")
    )
    is_good = (
        (pattern is None or re.fullmatch(pattern, value))
        and (allowed is None or value in map(str, allowed))
        and (spec["Type"] != "Number" or (_is_number(value) and float(value) >= (least or 0)))
    )
    if not is_good:
        why = spec.get("ConstraintDescription", "see its description in the template")
        raise TemplateError(f"{name} cannot be {value!r}: {why}")


def _is_number(value: str) -> bool:
    return re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value) is not None


def _with_local_code(source: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Points at code in the way that the translator accepts, and takes state machines in whole."""
    for resource in source["Resources"].values():
        properties = resource.get("Properties", {})
        for key in ("CodeUri", "ContentUri"):
            if key in properties:
                properties[key] = {"Bucket": "local", "Key": str(folder / properties[key])}
        if "DefinitionUri" in properties:
            definition = folder / properties.pop("DefinitionUri")
            properties["Definition"] = read_yaml(definition.read_text(encoding="utf-8"))
    return source


def _translate(source: dict[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    translator = Translator(
        managed_policy_map=None,
        sam_parser=Parser(),
        boto_session=boto3.Session(region_name=REGION),
    )
    translated = translator.translate(
        sam_template=source,
        parameter_values=dict(values),
        get_managed_policy_map=dict,
    )
    result: dict[str, Any] = json.loads(json.dumps(translated))
    return result


def _pseudo_parameters() -> dict[str, str]:
    return {
        "AWS::AccountId": ACCOUNT,
        "AWS::Partition": "aws",
        "AWS::Region": REGION,
        "AWS::StackName": STACK,
        "AWS::URLSuffix": "amazonaws.com",
    }


class _Names:
    """The names of the stack's resources, and the references to them."""

    def __init__(self, resources: Mapping[str, Resource], aws_url: str) -> None:
        self._resources = resources
        self._aws_url = aws_url

    def references(self) -> dict[str, str]:
        return {logical_id: self._reference(logical_id) for logical_id in self._resources}

    def attribute(self, logical_id: str, attribute: str) -> str:
        if attribute in {"Arn", "StreamArn"}:
            resource = self._resources[logical_id]
            arn = _ARNS[resource["Type"]].format(_name(logical_id, resource))
            return arn if attribute == "Arn" else f"{arn}/stream/latest"
        if attribute in {"Name", "QueueName"}:
            return _name(logical_id, self._resources[logical_id])
        if attribute == "Version":
            return "1"
        if attribute in {"RegionalDomainName", "RegionalHostedZoneId"}:
            return f"{_name(logical_id, self._resources[logical_id])}.{attribute}"
        raise LookupError(f"{logical_id}.{attribute} is not known to the local cloud")

    def _reference(self, logical_id: str) -> str:
        resource = self._resources[logical_id]
        match resource["Type"]:
            case "AWS::SQS::Queue":
                return f"{self._aws_url}/{ACCOUNT}/{_name(logical_id, resource)}"
            case "AWS::StepFunctions::StateMachine":
                return self.attribute(logical_id, "Arn")
            case "AWS::Lambda::Alias":
                # Of one machine, which has one version of each function.
                function = resource["Properties"]["FunctionName"]["Ref"]
                return f"{self.attribute(function, 'Arn')}:{resource['Properties']['Name']}"
            case "AWS::Lambda::LayerVersion":
                folder: str = resource["Properties"]["Content"]["S3Key"]
                return folder
            case _:
                return _name(logical_id, resource)


def _name(logical_id: str, resource: Resource) -> str:
    """The name that CloudFormation would give; FIFO queues and buckets have rules of their own."""
    if resource["Type"] == "AWS::S3::Bucket":
        return f"{STACK}-{logical_id}".lower()
    suffix = ".fifo" if resource.get("Properties", {}).get("FifoQueue") else ""
    return f"{STACK}-{logical_id}{suffix}"


def _named(logical_id: str, resource: Resource) -> Resource:
    name_property = _NAME_PROPERTIES.get(resource["Type"])
    if name_property is not None:
        resource.setdefault("Properties", {}).setdefault(name_property, _name(logical_id, resource))
    return resource
