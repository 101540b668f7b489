"""A deployed stack: its resources by the names that the template gives them."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient


@dataclass(frozen=True)
class DeployedStack:
    """A stack.

    Attributes:
        client: A CloudFormation client.
        name: The stack's name.
    """

    client: CloudFormationClient
    name: str

    def id_of(self, logical_id: str) -> str:
        """What AWS knows a resource of the template by: a queue's URL, a bucket's name."""
        answer = self.client.describe_stack_resource(
            StackName=self.name, LogicalResourceId=logical_id
        )
        return answer["StackResourceDetail"]["PhysicalResourceId"]

    def output(self, key: str) -> str:
        """An output of the stack.

        Raises:
            LookupError: It has none of that name.
        """
        [stack] = self.client.describe_stacks(StackName=self.name)["Stacks"]
        for output in stack.get("Outputs", []):
            if output["OutputKey"] == key:
                return output["OutputValue"]
        raise LookupError(f"{self.name} has no output {key}")


def arguments(description: str | None) -> argparse.ArgumentParser:
    """The arguments that all commands take."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--stack", required=True, help="the stack's name, such as lectern")
    return parser
