"""Runs the simulator in the foreground: ``python -m zoom_simulator --port 3001``."""

from __future__ import annotations

import argparse
import signal
import time
from contextlib import suppress
from pathlib import Path

from zoom_simulator.account.seed import DEFAULT_SEED, Seed, WebhooksSeed
from zoom_simulator.server import ZoomSimulator

DEFAULT_PORT = 3001
_PIECE_SECONDS = 0.5


def main() -> None:
    """Start, print where everything is, and run until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m zoom_simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="0 for a free one")
    parser.add_argument("--seed", type=Path, help="a JSON file, as POST /_sim/seed takes it")
    parser.add_argument("--public-url", help="where links begin, if not at the port")
    parser.add_argument(
        "--webhooks-url", help="the base URL of a Lectern that is told of everything"
    )
    options = parser.parse_args()
    beginning = DEFAULT_SEED
    if options.webhooks_url:
        webhooks = WebhooksSeed.of_lectern(options.webhooks_url)
        beginning = DEFAULT_SEED.changed_by(Seed(webhooks=webhooks))
    simulator = ZoomSimulator(options.port, beginning=beginning, public_url=options.public_url)
    if options.seed:
        seed = Seed.model_validate_json(options.seed.read_bytes())
        with simulator.world.lock:
            simulator.world.apply(seed)
    with suppress(KeyboardInterrupt):
        # Whoever starts it in the background may have it ignore the first of them.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler)
        print(f"ZOOM_API_URL={simulator.api_url}")
        print(f"ZOOM_OAUTH_URL={simulator.oauth_url}")
        print(f"Control: {simulator.url}/_sim", flush=True)
        while True:
            # In pieces: a signal that the system hands to another thread ends no wait of this one.
            time.sleep(_PIECE_SECONDS)
    simulator.close()


main()
