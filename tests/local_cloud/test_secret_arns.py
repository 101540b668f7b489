"""What the permission to a secret is asked for by, where there is one and where there is none."""

from __future__ import annotations

import json

import boto3
from moto import mock_aws
from moto.iam.access_control import IAMPolicy, PermissionResult

from local.moto import permissions
from local.template import ACCOUNT, REGION

PREFIX = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:"


def test_a_secret_that_there_is_has_six_characters_after_its_name() -> None:
    with mock_aws():
        client = boto3.client("secretsmanager", region_name=REGION)
        client.create_secret(Name="lectern/x/notifications", SecretString="s")
        arn = permissions._secret({"SecretId": "lectern/x/notifications"})
    assert arn.startswith(f"{PREFIX}lectern/x/notifications-")


def test_one_that_there_is_not_has_none_and_a_hyphen_in_the_policy_denies_it() -> None:
    with mock_aws():
        arn = permissions._secret({"SecretId": "lectern/x/notifications"})
    assert arn == f"{PREFIX}lectern/x/notifications"
    for pattern, is_allowed in (("notifications-*", False), ("notifications*", True)):
        statement = {
            "Effect": "Allow",
            "Action": "secretsmanager:GetSecretValue",
            "Resource": f"{PREFIX}lectern/x/{pattern}",
        }
        policy = IAMPolicy(json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
        found = policy.is_action_permitted("secretsmanager:GetSecretValue", arn)
        assert (found is PermissionResult.PERMITTED) == is_allowed
