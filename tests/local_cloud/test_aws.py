"""moto, as several clients at once need it to behave."""

import threading
from concurrent.futures import ThreadPoolExecutor

from local.aws import OneAtATime


def test_requests_are_handled_one_after_the_other():
    inside, most = 0, 0
    entered = threading.Event()

    def application(environ, start_response):
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        entered.wait(0.02)
        inside -= 1
        return []

    one_at_a_time = OneAtATime(application)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: one_at_a_time({}, None), range(8)))
    assert most == 1
