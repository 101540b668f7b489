def handler(event, context):
    effect = "Allow" if event["authorizationToken"] == "Bearer local-dev-key" else "Deny"
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": "arn:*"}
    print("asked")  # noqa: T201 (what a function prints is its log)
    return {"principalId": "someone", "policyDocument": {"Statement": [statement]}}
