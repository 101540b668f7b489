"""The texts of the join pages, in every language that they are shown in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from lectern.domain.event import Phase
from lectern.domain.join.decision import JoinDecision, JoinState
from lectern.domain.problems import EnrollmentProblem

DEFAULT_LANGUAGE = "en"


class PageText(StrEnum):
    """A sentence that a page can say, in five languages."""

    SEE_REQUIREMENTS = "see_requirements"
    SEE_REQUIREMENTS_MORE = "see_requirements_more"
    PREPARING = "preparing"
    PREPARING_MORE = "preparing_more"
    NOT_ENROLLED = "not_enrolled"
    NOT_ENROLLED_MORE = "not_enrolled_more"
    CANCELLED = "cancelled"
    CANCELLED_MORE = "cancelled_more"
    UNAVAILABLE = "unavailable"
    UNAVAILABLE_MORE = "unavailable_more"
    EMAIL_MORE = "email_more"
    CAPACITY_MORE = "capacity_more"
    CLOSED_MORE = "closed_more"
    FORGED = "forged"
    FORGED_MORE = "forged_more"
    EXPIRED = "expired"
    EXPIRED_MORE = "expired_more"
    TROUBLE = "trouble"
    TROUBLE_MORE = "trouble_more"
    TO_THE_EVENT = "to_the_event"
    TO_THE_COURSE = "to_the_course"
    TO_COURSE_NAMED = "to_course_named"
    WAYS_BACK = "ways_back"


T = PageText
TEXTS: Mapping[str, Mapping[PageText, str]] = {
    "en": {
        T.SEE_REQUIREMENTS: "See requirements",
        T.SEE_REQUIREMENTS_MORE: "Before you can join, please complete:",
        T.PREPARING: "Preparing…",
        T.PREPARING_MORE: "Your place is being prepared. This page refreshes by itself.",
        T.NOT_ENROLLED: "Not enrolled",
        T.NOT_ENROLLED_MORE: "You are not enrolled in this event.",
        T.CANCELLED: "Cancelled",
        T.CANCELLED_MORE: "This event was cancelled.",
        T.UNAVAILABLE: "Unavailable",
        T.UNAVAILABLE_MORE: "You cannot join at the moment. Please contact the organiser.",
        T.EMAIL_MORE: "Your e-mail address cannot be registered. Please contact the organiser.",
        T.CAPACITY_MORE: "The event is full.",
        T.CLOSED_MORE: "The session is over.",
        T.FORGED: "This link is not valid",
        T.FORGED_MORE: "Please open the event in your learning platform and click Join there.",
        T.EXPIRED: "This link has expired",
        T.EXPIRED_MORE: "Please open the event in your learning platform and click Join again.",
        T.TROUBLE: "Something went wrong",
        T.TROUBLE_MORE: "Please try again in a moment.",
        T.TO_THE_EVENT: "To the event's page",
        T.TO_THE_COURSE: "Back to the course",
        T.TO_COURSE_NAMED: "Back to the course: {title}",
        T.WAYS_BACK: "Ways back",
    },
    "da": {
        T.SEE_REQUIREMENTS: "Se krav",
        T.SEE_REQUIREMENTS_MORE: "Før du kan deltage, skal du gennemføre:",
        T.PREPARING: "Forbereder…",
        T.PREPARING_MORE: "Din plads bliver gjort klar. Siden opdaterer sig selv.",
        T.NOT_ENROLLED: "Ikke tilmeldt",
        T.NOT_ENROLLED_MORE: "Du er ikke tilmeldt denne begivenhed.",
        T.CANCELLED: "Aflyst",
        T.CANCELLED_MORE: "Denne begivenhed er aflyst.",
        T.UNAVAILABLE: "Ikke tilgængelig",
        T.UNAVAILABLE_MORE: "Du kan ikke deltage lige nu. Kontakt venligst arrangøren.",
        T.EMAIL_MORE: "Din e-mailadresse kan ikke registreres. Kontakt venligst arrangøren.",
        T.CAPACITY_MORE: "Der er ikke flere pladser.",
        T.CLOSED_MORE: "Mødet er slut.",
        T.FORGED: "Linket er ikke gyldigt",
        T.FORGED_MORE: "Åbn begivenheden på din læringsplatform, og klik på Deltag der.",
        T.EXPIRED: "Linket er udløbet",
        T.EXPIRED_MORE: "Åbn begivenheden på din læringsplatform, og klik på Deltag igen.",
        T.TROUBLE: "Noget gik galt",
        T.TROUBLE_MORE: "Prøv igen om et øjeblik.",
        T.TO_THE_EVENT: "Til begivenhedens side",
        T.TO_THE_COURSE: "Tilbage til kurset",
        T.TO_COURSE_NAMED: "Tilbage til kurset: {title}",
        T.WAYS_BACK: "Veje tilbage",
    },
    "de": {
        T.SEE_REQUIREMENTS: "Voraussetzungen ansehen",
        T.SEE_REQUIREMENTS_MORE: "Bitte schließen Sie vor der Teilnahme ab:",
        T.PREPARING: "Wird vorbereitet…",
        T.PREPARING_MORE: "Ihr Platz wird vorbereitet. Diese Seite lädt sich selbst neu.",
        T.NOT_ENROLLED: "Nicht angemeldet",
        T.NOT_ENROLLED_MORE: "Sie sind für diese Veranstaltung nicht angemeldet.",
        T.CANCELLED: "Abgesagt",
        T.CANCELLED_MORE: "Diese Veranstaltung wurde abgesagt.",
        T.UNAVAILABLE: "Nicht verfügbar",
        T.UNAVAILABLE_MORE: (
            "Sie können im Moment nicht teilnehmen. Bitte wenden Sie sich an die Veranstalter."
        ),
        T.EMAIL_MORE: (
            "Ihre E-Mail-Adresse kann nicht registriert werden. "
            "Bitte wenden Sie sich an die Veranstalter."
        ),
        T.CAPACITY_MORE: "Die Veranstaltung ist voll.",
        T.CLOSED_MORE: "Die Sitzung ist zu Ende.",
        T.FORGED: "Dieser Link ist ungültig",
        T.FORGED_MORE: (
            "Bitte öffnen Sie die Veranstaltung in Ihrer Lernplattform und nehmen Sie dort teil."
        ),
        T.EXPIRED: "Dieser Link ist abgelaufen",
        T.EXPIRED_MORE: (
            "Bitte öffnen Sie die Veranstaltung in Ihrer Lernplattform und versuchen Sie es erneut."
        ),
        T.TROUBLE: "Etwas ist schiefgegangen",
        T.TROUBLE_MORE: "Bitte versuchen Sie es gleich noch einmal.",
        T.TO_THE_EVENT: "Zur Seite der Veranstaltung",
        T.TO_THE_COURSE: "Zurück zum Kurs",
        T.TO_COURSE_NAMED: "Zurück zum Kurs: {title}",
        T.WAYS_BACK: "Wege zurück",
    },
    "fr": {
        T.SEE_REQUIREMENTS: "Voir les conditions",
        T.SEE_REQUIREMENTS_MORE: "Avant de participer, veuillez terminer\u00a0:",
        T.PREPARING: "Préparation…",
        T.PREPARING_MORE: "Votre place est en préparation. Cette page s'actualise toute seule.",
        T.NOT_ENROLLED: "Non inscrit",
        T.NOT_ENROLLED_MORE: "Vous n'êtes pas inscrit à cet événement.",
        T.CANCELLED: "Annulé",
        T.CANCELLED_MORE: "Cet événement a été annulé.",
        T.UNAVAILABLE: "Indisponible",
        T.UNAVAILABLE_MORE: (
            "Vous ne pouvez pas participer pour le moment. Veuillez contacter l'organisateur."
        ),
        T.EMAIL_MORE: (
            "Votre adresse e-mail ne peut pas être enregistrée. Veuillez contacter l'organisateur."
        ),
        T.CAPACITY_MORE: "L'événement est complet.",
        T.CLOSED_MORE: "La session est terminée.",
        T.FORGED: "Ce lien n'est pas valide",
        T.FORGED_MORE: (
            "Veuillez ouvrir l'événement dans votre plateforme de formation et participer de là."
        ),
        T.EXPIRED: "Ce lien a expiré",
        T.EXPIRED_MORE: (
            "Veuillez ouvrir l'événement dans votre plateforme de formation et réessayer."
        ),
        T.TROUBLE: "Un problème est survenu",
        T.TROUBLE_MORE: "Veuillez réessayer dans un instant.",
        T.TO_THE_EVENT: "Vers la page de l'événement",
        T.TO_THE_COURSE: "Retour au cours",
        T.TO_COURSE_NAMED: "Retour au cours\u00a0: {title}",
        T.WAYS_BACK: "Retour",
    },
    "es": {
        T.SEE_REQUIREMENTS: "Ver los requisitos",
        T.SEE_REQUIREMENTS_MORE: "Antes de participar, complete:",
        T.PREPARING: "Preparando…",
        T.PREPARING_MORE: "Su plaza se está preparando. Esta página se actualiza sola.",
        T.NOT_ENROLLED: "Sin inscripción",
        T.NOT_ENROLLED_MORE: "Usted no está inscrito en este evento.",
        T.CANCELLED: "Cancelado",
        T.CANCELLED_MORE: "Este evento se canceló.",
        T.UNAVAILABLE: "No disponible",
        T.UNAVAILABLE_MORE: "No puede participar en este momento. Contacte con la organización.",
        T.EMAIL_MORE: (
            "Su dirección de correo no se puede registrar. Contacte con la organización."
        ),
        T.CAPACITY_MORE: "El evento está completo.",
        T.CLOSED_MORE: "La sesión ha terminado.",
        T.FORGED: "Este enlace no es válido",
        T.FORGED_MORE: "Abra el evento en su plataforma de formación y participe desde allí.",
        T.EXPIRED: "Este enlace ha caducado",
        T.EXPIRED_MORE: "Abra el evento en su plataforma de formación e inténtelo de nuevo.",
        T.TROUBLE: "Algo ha fallado",
        T.TROUBLE_MORE: "Vuelva a intentarlo dentro de un momento.",
        T.TO_THE_EVENT: "A la página del evento",
        T.TO_THE_COURSE: "Volver al curso",
        T.TO_COURSE_NAMED: "Volver al curso: {title}",
        T.WAYS_BACK: "Volver",
    },
}

_OF_STATE = {
    JoinState.SEE_REQUIREMENTS: (T.SEE_REQUIREMENTS, T.SEE_REQUIREMENTS_MORE),
    JoinState.PREPARING: (T.PREPARING, T.PREPARING_MORE),
    JoinState.NOT_ENROLLED: (T.NOT_ENROLLED, T.NOT_ENROLLED_MORE),
    JoinState.CANCELLED: (T.CANCELLED, T.CANCELLED_MORE),
    JoinState.UNAVAILABLE: (T.UNAVAILABLE, T.UNAVAILABLE_MORE),
}
_OF_REASON: Mapping[object, PageText] = {
    EnrollmentProblem.INVALID_EMAIL: T.EMAIL_MORE,
    EnrollmentProblem.DUPLICATE_EMAIL: T.EMAIL_MORE,
    EnrollmentProblem.CAPACITY_REACHED: T.CAPACITY_MORE,
    EnrollmentProblem.REGISTRATION_CLOSED: T.CLOSED_MORE,
}
"""Reasons that mean something to the person; of all others only the organiser can make sense."""

_ONCE_OVER = frozenset({EnrollmentProblem.REGISTRATION_CLOSED})
"""Reasons that mean it once the session is over, and until then the organiser alone can tell."""

_PREFERENCE = re.compile(r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9-]+)?\s*(?:;\s*q=([0-9.]{1,6}))?\s*")


def texts_of(decision: JoinDecision) -> tuple[PageText, PageText]:
    """The heading and the sentence of a decision that leads nowhere yet."""
    heading, more = _OF_STATE[decision.state]
    if decision.state is JoinState.UNAVAILABLE:
        runs_over = decision.reason in _ONCE_OVER and decision.phase is Phase.LIVE
        more = more if runs_over else _OF_REASON.get(decision.reason, more)
    return heading, more


def language_of(accept_language: str) -> str:
    """The language of ours that a visitor prefers (RFC 9110, ``Accept-Language``).

    Example:
        >>> language_of("fr;q=0.5, de")
        'de'
    """
    best, best_weight = DEFAULT_LANGUAGE, 0.0
    for part in accept_language[:512].split(","):
        matched = _PREFERENCE.fullmatch(part)
        if matched is None or matched[1].lower() not in TEXTS:
            continue
        weight = _weight(matched[2])
        if weight > best_weight:
            best, best_weight = matched[1].lower(), weight
    return best


def _weight(text: str | None) -> float:
    try:
        return 1.0 if text is None else float(text)
    except ValueError:
        return 0.0
