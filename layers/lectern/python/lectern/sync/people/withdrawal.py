"""Registrations that were taken away in Zoom: denied, cancelled or deleted there."""

from __future__ import annotations

from lectern.domain.enrollment import Enrollment, EnrollmentState, Registration, Withdrawn
from lectern.domain.planner import plan_person
from lectern.sync.drift import repairs
from lectern.sync.reconciliation import Reconciliation


def note_withdrawn(
    work: Reconciliation, enrollment: Enrollment, registration: Registration, withdrawn: Withdrawn
) -> bool:
    """Notes that Zoom does not have a registrant as the ledger does, for the next plan to see to.

    Returns:
        Whether the registration is wanted. One that is not was removed by Lectern, which got no
        answer.
    """
    is_wanted = not plan_person(enrollment, work.event, work.settings).removes
    # Who was deleted is registered anew, as if never registered, where that is put right.
    kept = withdrawn is Withdrawn.DENIED or (is_wanted and not repairs(work))
    shifts = work.dependencies.enrollments.record(
        enrollment,
        state=EnrollmentState.PENDING,
        registration=registration.model_copy(update={"withdrawn": withdrawn}) if kept else None,
        taken_back=work.now() if is_wanted else None,
        settled=work.registrar.settled,
    )
    work.noted(shifts)
    return is_wanted
