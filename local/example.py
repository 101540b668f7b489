"""The local cloud and the example LMS beside it: `python -m local.example`, or `make example`."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from examples.lms.lms import Inbox, Lectern, create_app, new_secret
from local import interrupts
from local.cloud import LocalCloud, Ports, StartError
from local.servers import Server
from local.template import TemplateError

_PORT = "3004"


@contextmanager
def example_beside(cloud: LocalCloud, port: int = 0) -> Iterator[str]:
    """The example LMS, told to and telling a local cloud that runs; yields where it answers.

    Args:
        cloud: The local cloud.
        port: Where it is to answer; somewhere free if not given.
    """
    secret = new_secret()
    lectern = Lectern(cloud.url, cloud.api_key)
    with Server(create_app(lectern, Inbox(secret)), port) as server:
        lectern.tell_where_notifications_go(f"{server.url}/lectern/notifications", secret)
        yield server.url


def main() -> int:
    """Runs both until they are interrupted; says where they are."""
    interrupts.heed()
    cloud = LocalCloud(Ports.of(os.environ))
    port = int(os.environ.get("LECTERN_EXAMPLE_PORT", _PORT))
    try:
        with cloud, example_beside(cloud, port) as url:
            print(
                f"The example LMS is ready.\n"
                f"  LMS       {url}\n"
                f"  Lectern   {cloud.url}  (contract: {cloud.url}/docs)\n"
                f"  Zoom      {cloud.zoom_url} (simulator)\n"
                "Ctrl-C ends both.",
                flush=True,
            )
            interrupts.wait()
    except KeyboardInterrupt:
        pass
    except (StartError, TemplateError, OSError) as error:
        print(f"The example did not start: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
