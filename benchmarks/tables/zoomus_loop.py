"""Registers people with the package `zoomus`, one call for each, as its users do. Prints JSON.

It runs in the environment of the benchmarks, which has that package:
`python -P zoomus_loop.py URL PEOPLE`.
"""

import json
import sys
import time
from datetime import datetime

import requests
from zoomus import ZoomClient

_TOO_MANY = 429
_PAUSE_SECONDS = 1


def main() -> None:
    """Makes a meeting and registers everybody; what is refused for now is tried again."""
    url, people = sys.argv[1], int(sys.argv[2])
    client = ZoomClient(
        "local-client",
        "local-secret",
        "local-account",
        base_uri=f"{url}/v2",
        oauth_uri=f"{url}/oauth/token",
    )
    began = time.perf_counter()
    meeting = _created(client)
    refused, links = 0, 0
    for number in range(people):
        while (answer := _registered(client, meeting, number)).status_code == _TOO_MANY:
            refused += 1
            time.sleep(_PAUSE_SECONDS)
        answer.raise_for_status()
        links += bool(answer.json().get("join_url"))
    seconds = round(time.perf_counter() - began, 2)
    print(json.dumps({"seconds": seconds, "links": links}))


def _created(client: ZoomClient) -> int:
    while True:
        answer = client.meeting.create(
            user_id="bo@acme.example",
            topic="A loop",
            type=2,
            start_time=datetime(2099, 12, 1, 10),  # noqa: DTZ001 (zoomus writes it as it is)
            duration=60,
            settings={"approval_type": 0, "registration_type": 1},
        )
        if answer.status_code != _TOO_MANY:
            answer.raise_for_status()
            return int(answer.json()["id"])
        time.sleep(_PAUSE_SECONDS)


def _registered(client: ZoomClient, meeting: int, number: int) -> requests.Response:
    answer: requests.Response = client.meeting.add_registrant(
        id=meeting,
        email=f"person{number}@people.example",
        first_name="Kimberley",
        last_name="Ng",
    )
    return answer


if __name__ == "__main__":
    main()
