"""What a self-test knows of people and secrets is in no answer, log line or execution."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from lectern.api.validation.view import validation_view
from lectern.validation.sessions import PEOPLE
from lectern.validation.tasks import TASK
from lectern_testing.self_test import HOST, SelfTest
from lectern_testing.stage import Stage

FAULTS: dict[str, list[dict[str, Any]]] = {
    "none": [],
    "what passes": [
        {"kind": "html_500", "operation": "create_meeting"},
        {"kind": "cut_after", "operation": "create_webinar"},
        {"kind": "expired_token", "operation": "get_meeting"},
        {"kind": "cut_before", "operation": "delete_meeting"},
    ],
    "talkative refusals": [
        {
            "kind": "error_body_200",
            "operation": operation,
            "times": None,
            "body": {
                "code": 300,
                "message": f"{HOST} and {PEOPLE[0].email} may not: https://zoom.example/j/1?pwd=x1",
            },
        }
        for operation in ("create_webinar", "batch_meeting_registrants", "update_meeting")
    ],
}


@pytest.mark.parametrize("faults", FAULTS)
def test_nothing_private_is_said(
    stage: Stage, caplog: pytest.LogCaptureFixture, faults: str
) -> None:
    caplog.set_level(logging.DEBUG, logger="lectern")
    trial = SelfTest(stage)
    said: list[str] = []
    private = {HOST, stage.world.seed.credentials.client_secret, *(p.email for p in PEOPLE)}
    private.add(stage.world.seed.credentials.webhook_secret_token)

    def overheard(payload: dict[str, Any]) -> Any:
        said.append(json.dumps(payload))
        try:
            step = TASK.validate_python(payload).run(trial.dependencies)
        except Exception as error:
            said.extend([repr(error), str(error)])
            raise
        said.append(step.model_dump_json())
        for made in stage.world.sessions.values():
            private.update((made.password, made.link_password, made.registration_key))
            private.update(each.link_key for each in made.registrants.values())
        token = stage.tokens.get("default")
        private.update({token.value} if token else ())
        return step

    stage.functions["validation"] = overheard
    for fault in FAULTS[faults]:
        stage.fault(**fault)
    done = trial.run()
    said.append(validation_view(done).model_dump_json())
    said += [f"{record.getMessage()} {vars(record)}" for record in caplog.records]
    whole = "\n".join(said)
    assert len(private) > 10
    assert [each for each in private if each and each in whole] == []
    assert stage.largest_payload < 500
