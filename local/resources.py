"""The stack's resources at moto, and how everybody reaches them."""

import json
import os
from collections.abc import Callable, Mapping
from typing import Any

import boto3

from local.template import REGION, Stack

Properties = Mapping[str, Any]
AwsClient = Any
"""boto3 makes the methods of its clients at run time."""

_TABLE_ARGUMENTS = {
    "AttributeDefinitions",
    "BillingMode",
    "LocalSecondaryIndexes",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "TableName",
}
"""The properties of a table that `CreateTable` takes as they are and that count on one machine."""

_ENDPOINTS_OF_ONE_SERVICE = {
    "dynamodb": "AWS_ENDPOINT_URL_DYNAMODB",
    "dynamodbstreams": "AWS_ENDPOINT_URL_DYNAMODB_STREAMS",
}
"""Standard variables that put a real DynamoDB Local in the place of moto's tables."""


class Aws:
    """AWS as the parts of this cloud reach it: all at one address, DynamoDB perhaps at another.

    Args:
        url: where moto answers.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._endpoints = {
            service: os.environ[variable]
            for service, variable in _ENDPOINTS_OF_ONE_SERVICE.items()
            if variable in os.environ
        }
        self._variables: dict[str, Mapping[str, str]] = {}

    def client(self, service: str) -> AwsClient:
        """A boto3 client of the local cloud itself, which may do everything."""
        make_client: Callable[..., AwsClient] = boto3.client
        return make_client(
            service,
            region_name=REGION,
            endpoint_url=self._endpoints.get(service, self.url),
            aws_access_key_id="local",
            aws_secret_access_key="local",  # noqa: S106 (a name for moto, and no secret)
        )

    def create(self, stack: Stack) -> None:
        """Creates what the template asks for.

        moto's own CloudFormation is not used: it makes state machines that its interpreter does
        not know, and takes three seconds to load.
        """
        for role in stack.of_type("AWS::IAM::Role").values():
            self._create_role(role)
        for table in stack.of_type("AWS::DynamoDB::Table").values():
            self._create_table(table)
        for secret in stack.of_type("AWS::SecretsManager::Secret").values():
            self._create_secret(secret)
        for bucket in stack.of_type("AWS::S3::Bucket").values():
            self._create_bucket(bucket)
        queues = stack.of_type("AWS::SQS::Queue").values()
        for queue in sorted(queues, key=lambda properties: "RedrivePolicy" in properties):
            self._create_queue(queue)  # a dead-letter queue before the queues that refer to it
        for machine in stack.of_type("AWS::StepFunctions::StateMachine").values():
            self._create_state_machine(machine)

    def variables(self, role: str) -> Mapping[str, str]:
        """The environment variables with which a process of this role reaches AWS."""
        if role not in self._variables:
            answer = self.client("sts").assume_role(RoleArn=role, RoleSessionName="function")
            credentials = answer["Credentials"]
            self._variables[role] = {
                "AWS_ACCESS_KEY_ID": credentials["AccessKeyId"],
                "AWS_SECRET_ACCESS_KEY": credentials["SecretAccessKey"],
                "AWS_SESSION_TOKEN": credentials["SessionToken"],
                "AWS_ENDPOINT_URL": self.url,
                **{_ENDPOINTS_OF_ONE_SERVICE[key]: url for key, url in self._endpoints.items()},
            }
        return self._variables[role]

    def _create_role(self, properties: Properties) -> None:
        iam = self.client("iam")
        name = properties["RoleName"]
        trust = json.dumps(properties["AssumeRolePolicyDocument"])
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
        for policy in properties.get("Policies", []):
            # SAM leaves the version out of a policy that it writes itself; moto insists on it.
            document = {"Version": "2012-10-17", **policy["PolicyDocument"]}
            iam.put_role_policy(
                RoleName=name,
                PolicyName=policy["PolicyName"],
                PolicyDocument=json.dumps(document),
            )

    def _create_table(self, properties: Properties) -> None:
        dynamodb = self.client("dynamodb")
        name = properties["TableName"]
        if name in dynamodb.list_tables()["TableNames"]:
            return  # a DynamoDB Local keeps it from one start to the next
        dynamodb.create_table(
            **{key: properties[key] for key in _TABLE_ARGUMENTS & properties.keys()},
            StreamSpecification={"StreamEnabled": True, **properties["StreamSpecification"]},
        )
        dynamodb.update_time_to_live(
            TableName=name, TimeToLiveSpecification=properties["TimeToLiveSpecification"]
        )

    def _create_secret(self, properties: Properties) -> None:
        secrets = self.client("secretsmanager")
        generated = secrets.get_random_password(**properties["GenerateSecretString"])
        secrets.create_secret(Name=properties["Name"], SecretString=generated["RandomPassword"])

    def _create_bucket(self, properties: Properties) -> None:
        self.client("s3").create_bucket(
            Bucket=properties["BucketName"],
            CreateBucketConfiguration={"LocationConstraint": REGION},
        )

    def _create_queue(self, properties: Properties) -> None:
        attributes = {
            key: value if isinstance(value, str) else json.dumps(value)
            for key, value in properties.items()
            if key not in {"QueueName", "Tags"}
        }
        self.client("sqs").create_queue(QueueName=properties["QueueName"], Attributes=attributes)

    def _create_state_machine(self, properties: Properties) -> None:
        definition = properties["DefinitionString"]
        for name, value in properties.get("DefinitionSubstitutions", {}).items():
            definition = definition.replace(f"${{{name}}}", value)
        self.client("stepfunctions").create_state_machine(
            name=properties["StateMachineName"],
            definition=definition,
            roleArn=properties["RoleArn"],
            type=properties.get("StateMachineType", "STANDARD"),
        )


def queue_url(aws_url: str, arn: str) -> str:
    """The URL of a queue, by which SQS knows it."""
    account, name = arn.split(":")[-2:]
    return f"{aws_url}/{account}/{name}"
