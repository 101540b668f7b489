from __future__ import annotations

from typing import Any


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    effect = "Allow" if event["authorizationToken"] == "Bearer local-dev-key" else "Deny"
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": "arn:*"}
    print("asked")  # noqa: T201 (what a function prints is its log)
    return {"principalId": "someone", "policyDocument": {"Statement": [statement]}}
