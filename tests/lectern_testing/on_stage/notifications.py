"""What the stage tells the LMS: in the feed of changes, and by the queue of deliveries."""

from __future__ import annotations

from lectern.notify.queue import position_in
from lectern.store.outbox import OutboxStore
from lectern.store.outbox_items import OutboxEntry
from lectern_testing.on_stage.dispatcher import Dispatcher
from lectern_testing.stage import Stage


def listed(stage: Stage) -> list[OutboxEntry]:
    """All notifications, as ``GET /v1/changes`` gives them a page after the other."""
    outbox = _outbox(stage)
    stage.wait(60)
    found: list[OutboxEntry] = []
    while page := outbox.page(found[-1].position if found else None, 50, stage.clock.now()):
        found += page
    return found


def asked_for(stage: Stage, dispatcher: Dispatcher) -> list[OutboxEntry]:
    """Those whose delivery the queue was asked for, in its order."""
    outbox = _outbox(stage)
    pages = [outbox.read(position_in(body)) for body in dispatcher.queue.bodies]
    return [entry for page in pages if page for entry in page.entries]


def _outbox(stage: Stage) -> OutboxStore:
    return OutboxStore(stage.table, lambda _seconds: None)
