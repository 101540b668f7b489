"""Runs the simulator in the foreground: ``python -m zoom_simulator --port 3001``."""

from __future__ import annotations

import argparse
from contextlib import suppress
from pathlib import Path

from local import interrupts
from zoom_simulator.account.seed import DEFAULT_SEED, Seed, WebhooksSeed
from zoom_simulator.server import ZoomSimulator

DEFAULT_PORT = 3001


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
        interrupts.heed()
        print(f"ZOOM_API_URL={simulator.api_url}")
        print(f"ZOOM_OAUTH_URL={simulator.oauth_url}")
        print(f"Control: {simulator.url}/_sim", flush=True)
        interrupts.wait()
    simulator.close()


main()
