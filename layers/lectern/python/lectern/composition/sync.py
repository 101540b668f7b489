"""Builds the reconciliation of whole events, and of one person who clicks."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from functools import cache

from lectern.composition import stores
from lectern.composition.lms import lms
from lectern.composition.surroundings import now, restored_at, verify_after
from lectern.composition.zoom import account_limits, zoom_account
from lectern.store.instructors import InstructorStore
from lectern.store.leases import LeaseStore
from lectern.store.passcode_key import PasscodeKeyStore
from lectern.sync.join_click import JoinClick
from lectern.sync.precheck import Precheck
from lectern.sync.reconciliation import ReconciliationDependencies


@cache
def sync_tools() -> ReconciliationDependencies:
    """Builds the dependencies of reconciliations."""
    return ReconciliationDependencies(
        events=stores.events(),
        leases=LeaseStore(stores.table()),
        enrollments=stores.enrollments(),
        instructors=InstructorStore(stores.table()),
        lms=lms(),
        settings=stores.settings(),
        answers=stores.answers(),
        zoom=zoom_account,
        now=now,
        sleep=time.sleep,
        lease_for=timedelta(seconds=int(os.environ["LEASE_SECONDS"])),
        fold=timedelta(seconds=int(os.environ["FOLD_SECONDS"])),
        verify_after=verify_after(),
        passcode_keys=PasscodeKeyStore(stores.table()),
        restored_at=restored_at,
    )


@cache
def join_click() -> JoinClick:
    """Builds the registration of one person within a click."""
    return JoinClick(
        joins=stores.joins(),
        clicks=stores.clicks(),
        events=stores.events(),
        enrollments=stores.enrollments(),
        instructors=InstructorStore(stores.table()),
        settings=stores.settings(),
        zoom=zoom_account,
        now=now,
    )


@cache
def precheck() -> Precheck:
    """Builds the look ahead at what saving an event would run into."""
    kept = stores.events(), stores.settings(), stores.answers(), stores.budgets()
    return Precheck(*kept, zoom_account, lambda name: account_limits(name).plan(), now)
