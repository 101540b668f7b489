"""Builds the work that changes of the table set going."""

from __future__ import annotations

import os
from functools import cache

from lectern.attendance.start import AttendanceStarter
from lectern.composition import aws, stores
from lectern.composition.surroundings import now
from lectern.dead_letters import DeadLetters
from lectern.executions import Executions
from lectern.notify.address_known import AddressKnown
from lectern.notify.bell import Bell
from lectern.notify.chronicle import Chronicle
from lectern.notify.measures import Measures
from lectern.notify.outbox_writer import OutboxWriter
from lectern.notify.queue import DeliveryQueue
from lectern.sync.triggers.start import SyncStarter
from lectern.validation.start import ValidationStarter


@cache
def sync_starter(era: int) -> SyncStarter:
    """Builds the starter of reconciliations, of an era of the table."""
    return SyncStarter(Executions(aws.step_functions(), os.environ["EVENT_SYNC_ARN"], era))


@cache
def attendance_starter(era: int) -> AttendanceStarter:
    """Builds the starter of the settling of attendance."""
    return AttendanceStarter(Executions(aws.step_functions(), os.environ["ATTENDANCE_ARN"], era))


@cache
def validation_starter(era: int) -> ValidationStarter:
    """Builds the starter of self-tests."""
    return ValidationStarter(Executions(aws.step_functions(), os.environ["VALIDATION_ARN"], era))


def news(era: int) -> OutboxWriter:
    """Builds the writer that turns table changes into outbox entries."""
    bell = Bell(aws.lambda_, os.environ["NOTIFY_LMS_FUNCTION"])
    queue = DeliveryQueue(aws.sqs(), os.environ["NOTIFICATION_QUEUE_URL"], bell)
    return OutboxWriter(stores.outbox(), queue, _address_known(), now, era)


@cache
def _address_known() -> AddressKnown:
    return AddressKnown(stores.settings(), now)


def chronicle(era: int) -> Chronicle:
    """What a batch of changes adds to the timelines."""
    return Chronicle(stores.timeline(), era)


def measures() -> Measures:
    """What a batch of changes says of the business."""
    return Measures()


def stream_dead_letters() -> DeadLetters:
    """Where changes go that no retry helps."""
    return DeadLetters(
        aws.s3,
        os.environ["STREAM_DEAD_LETTERS_BUCKET"],
        aws.sqs,
        os.environ["STREAM_DEAD_LETTERS_URL"],
    )
