def handler(event, context):
    effect = "Allow" if event["authorizationToken"] == "Bearer local-dev-key" else "Deny"
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": "arn:*"}
    print("asked")
    return {"principalId": "someone", "policyDocument": {"Statement": [statement]}}
