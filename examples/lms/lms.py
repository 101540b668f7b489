"""A small LMS that delivers its courses' events by Lectern, as `docs/lms-integration.md` tells.

It keeps everything in memory and asks nobody for a password. What it says to Lectern, and what it
does with the answers, is what a real LMS would do.
"""

from __future__ import annotations

import base64
import secrets
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import requests
from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

Json = dict[str, Any]
Page = Any
"""Whatever Flask takes for an answer."""

ZONE = "Europe/Copenhagen"
NEWS_KEPT = 200
"""Notifications that are remembered: to be shown, and to know one that comes again."""
_TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class User:
    """Somebody who uses the LMS; administrators save events and host them."""

    id: str
    email: str
    first_name: str
    last_name: str
    is_admin: bool = False


@dataclass
class Course:
    """A course with its events and its people.

    Attributes:
        requirements: What has to be done before its events, by id.
        met: Who has done what; its keys are who is enrolled.
        events: The body of each event as it was last saved, by id.
    """

    id: str
    title: str
    requirements: dict[str, str]
    met: dict[str, set[str]] = field(default_factory=dict)
    events: dict[str, Json] = field(default_factory=dict)

    def access_of(self, user_id: str) -> Json:
        """What Lectern is told of a person's access: it follows from what is done."""
        met = self.met[user_id]
        return {
            "granted": met >= self.requirements.keys(),
            "requirements": [
                {"id": each, "title": title, "met": each in met}
                for each, title in self.requirements.items()
            ],
        }


USERS = {
    user.id: user
    for user in (
        User("anna", "anna@acme.example", "Anna", "Andersen", is_admin=True),
        User("kim", "kim@people.example", "Kim", "Ng"),
        User("noor", "noor@people.example", "نور", "الهاشمي"),
        User("lei", "lei@people.example", "雷", "李"),
    )
}


def sample_courses() -> dict[str, Course]:
    """What the LMS begins with."""
    courses = (
        Course("warehouse", "Warehouse induction", {"module-1": "Module 1: lifting safely"}),
        Course("first-aid", "First aid", {}),
    )
    return {course.id: course for course in courses}


class LecternError(Exception):
    """Lectern refuses, or cannot be reached.

    Attributes:
        status: What it answered with; 503 where it did not answer.
        problem: Its problem document (RFC 9457).
    """

    def __init__(self, status: int, problem: Json) -> None:
        super().__init__(problem.get("detail", ""))
        self.status = status
        self.problem = problem


class Lectern:
    """Lectern's API as this LMS uses it.

    Args:
        url: Where it answers.
        key: The API key, which never leaves the LMS's server.
        http: What requests go through.
    """

    def __init__(self, url: str, key: str, http: requests.Session | None = None) -> None:
        self.url = url.rstrip("/")
        self._http = http or requests.Session()
        self._headers = {"Authorization": f"Bearer {key}"}

    def call(self, method: str, path: str, body: Json | None = None) -> Json:
        """What Lectern answers.

        Raises:
            LecternError: It refuses, or cannot be reached.
        """
        try:
            answer = self._http.request(
                method,
                f"{self.url}/v1{path}",
                json=body,
                headers=self._headers,
                timeout=_TIMEOUT_SECONDS,
            )
            content: Json = answer.json() if answer.content else {}
        except requests.RequestException as error:
            detail = "Lectern cannot be reached at the moment."
            raise LecternError(HTTPStatus.SERVICE_UNAVAILABLE, {"detail": detail}) from error
        if not answer.ok:
            raise LecternError(answer.status_code, content)
        return content

    def tell_where_notifications_go(self, url: str, secret: str) -> None:
        """Sets what this LMS relies on, once at its start."""
        told = {
            "access_validation": {"enabled": True},
            "notifications": {"url": url, "secret": secret},
        }
        self.call("PUT", "/settings", told)

    def declare_roster(self, course: Course, event_id: str) -> None:
        """Says who is enrolled, as a whole: whoever is not in it is removed."""
        enrollments = [self._person(course, user_id) for user_id in course.met]
        self.call("PUT", f"/events/{event_id}/enrollments", {"enrollments": enrollments})

    def enroll(self, course: Course, user_id: str) -> None:
        """Enrols one person in all events of a course."""
        person = self._person(course, user_id)
        for event_id in course.events:
            self.call("PUT", f"/events/{event_id}/enrollments/{user_id}", person)

    def leave(self, course: Course, user_id: str) -> None:
        """Takes one person out of all events of a course; that there is none is as good."""
        for event_id in course.events:
            try:
                self.call("DELETE", f"/events/{event_id}/enrollments/{user_id}")
            except LecternError as error:
                if error.status != HTTPStatus.NOT_FOUND:
                    raise

    def tell_access(self, course: Course, user_id: str) -> None:
        """Says what a person has done by now; with everything done, the person is registered."""
        access = course.access_of(user_id)
        for event_id in course.events:
            self.call("PUT", f"/events/{event_id}/enrollments/{user_id}/access", access)

    def buttons(self, user_id: str, event_ids: list[str]) -> dict[str, Json]:
        """What the Join buttons of a course page show, by event, in one call."""
        if not event_ids:
            return {}
        asked = {"event_ids": event_ids}
        found = self.call("POST", f"/users/{user_id}/join-decisions", asked)
        return {each["event_id"]: each for each in found["items"]}

    @staticmethod
    def _person(course: Course, user_id: str) -> Json:
        user = USERS[user_id]
        return {
            "user_id": user.id,
            "email": user.email,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "access": course.access_of(user_id),
        }


class Inbox:
    """What Lectern told, the newest first.

    Args:
        secret: The `whsec_…` that notifications are signed with.
    """

    def __init__(self, secret: str) -> None:
        self._webhook = Webhook(secret)
        self._known: deque[str] = deque(maxlen=NEWS_KEPT)
        self.news: deque[Json] = deque(maxlen=NEWS_KEPT)

    def take(self, body: bytes, headers: dict[str, str]) -> bool:
        """Keeps a notification, once however often it comes; `False` for one that is forged."""
        try:
            notification = self._webhook.verify(body, headers)
        except (WebhookVerificationError, ValueError):
            return False
        identifier = {name.lower(): value for name, value in headers.items()}["webhook-id"]
        if identifier not in self._known:
            self._known.append(identifier)
            self.news.appendleft(notification)
        return True


def new_secret() -> str:
    """A secret for notifications, in the form of Standard Webhooks."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}"


@dataclass(frozen=True)
class Lms:
    """What the pages work with."""

    lectern: Lectern
    inbox: Inbox
    courses: dict[str, Course] = field(default_factory=sample_courses)


pages = Blueprint("lms", __name__)


def create_app(lectern: Lectern, inbox: Inbox) -> Flask:
    """The LMS as a WSGI application."""
    app = Flask(__name__)
    app.secret_key = secrets.token_bytes(32)
    app.config.update(SESSION_COOKIE_SAMESITE="Lax", MAX_CONTENT_LENGTH=1024 * 1024)
    app.extensions["lms"] = Lms(lectern, inbox)
    app.register_blueprint(pages)
    return app


def lms() -> Lms:
    """What this application works with."""
    found: Lms = current_app.extensions["lms"]
    return found


def course_of(course_id: str) -> Course:
    """A course; without it, a 404."""
    return lms().courses.get(course_id) or abort(HTTPStatus.NOT_FOUND)


def for_users(view: Callable[..., Page]) -> Callable[..., Page]:
    """A view for whoever is logged in."""

    @wraps(view)
    def guarded(**parameters: str) -> Page:
        return view(**parameters) if g.user else redirect(url_for(".home"))

    return guarded


def for_admins(view: Callable[..., Page]) -> Callable[..., Page]:
    """A view for administrators."""

    @wraps(view)
    def guarded(**parameters: str) -> Page:
        if not (g.user and g.user.is_admin):
            abort(HTTPStatus.FORBIDDEN)
        return view(**parameters)

    return guarded


@pages.before_request
def know_the_user() -> None:
    """Says who is there."""
    g.user = USERS.get(session.get("user_id", ""))


@pages.after_request
def protect(response: Response) -> Response:
    """Lets a page do nothing that it has no need of."""
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; "
        f"frame-ancestors 'none'; form-action 'self' {lms().lectern.url}"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@pages.errorhandler(LecternError)
def say_what_lectern_said(error: LecternError) -> Page:
    """Shows a refusal in Lectern's own words."""
    return render_template("problem.html", error=error), HTTPStatus.BAD_GATEWAY


@pages.get("/")
def home() -> Page:
    """The courses, and who one can be."""
    return render_template("home.html", users=USERS.values(), courses=lms().courses.values())


@pages.post("/login")
def log_in() -> Page:
    """Logs somebody in, and says so to Lectern."""
    user = USERS.get(request.form["user_id"]) or abort(HTTPStatus.NOT_FOUND)
    session["user_id"] = user.id
    # Whatever was missed about this person is put right before the first click.
    lms().lectern.call("POST", f"/users/{user.id}/login")
    return redirect(url_for(".home"))


@pages.get("/courses/<course_id>")
@for_users
def show_course(course_id: str) -> Page:
    """A course with its Join buttons."""
    course = course_of(course_id)
    buttons = lms().lectern.buttons(g.user.id, list(course.events))
    waits = [each["retry_after_seconds"] for each in buttons.values()]
    return render_template(
        "course.html",
        course=course,
        buttons=buttons,
        met=course.met.get(g.user.id),
        refresh=min((seconds for seconds in waits if seconds), default=None),
    )


@pages.post("/courses/<course_id>/enrollment")
@for_users
def change_enrollment(course_id: str) -> Page:
    """Enrols the user in a course, or takes the user out of it."""
    course = course_of(course_id)
    if request.form["wanted"] == "in":
        course.met.setdefault(g.user.id, set())
        lms().lectern.enroll(course, g.user.id)
    elif course.met.pop(g.user.id, None) is not None:
        lms().lectern.leave(course, g.user.id)
    return redirect(url_for(".show_course", course_id=course.id))


@pages.post("/courses/<course_id>/requirements")
@for_users
def tick_requirements(course_id: str) -> Page:
    """Keeps what the user has done."""
    course = course_of(course_id)
    if g.user.id not in course.met:
        abort(HTTPStatus.CONFLICT)
    course.met[g.user.id] = set(request.form.getlist("met")) & course.requirements.keys()
    lms().lectern.tell_access(course, g.user.id)
    return redirect(url_for(".show_course", course_id=course.id))


@pages.get("/events/<uuid:event_id>/join")
@for_users
def join(event_id: UUID) -> Page:
    """Where the Join button leads."""
    # The link decides anew when it is followed: to Zoom, or to a page that says why not.
    asked = {"user_id": g.user.id, "expires_in_seconds": 300}
    return redirect(lms().lectern.call("POST", f"/events/{event_id}/join-links", asked)["url"])


@pages.get("/courses/<course_id>/events/new")
@for_admins
def new_event(course_id: str) -> Page:
    """An empty form."""
    course = course_of(course_id)
    # Chosen before the form is sent: a form that is sent twice saves one event.
    return render_template("event_form.html", course=course, event_id=uuid4(), event=None)


@pages.post("/courses/<course_id>/events/<uuid:event_id>")
@for_admins
def save_event(course_id: str, event_id: UUID) -> Page:
    """Saves an event, after what stands in the way was shown."""
    course = course_of(course_id)
    event = _event_of(request.form, course, g.user)
    problems = [] if "anyway" in request.form else _problems_of(lms().lectern, event_id, event)
    if problems:
        shown = {"course": course, "event_id": event_id, "event": event, "problems": problems}
        return render_template("event_form.html", **shown), HTTPStatus.CONFLICT
    lms().lectern.call("PUT", f"/events/{event_id}", event)
    course.events[str(event_id)] = event
    lms().lectern.declare_roster(course, str(event_id))
    return redirect(url_for(".show_event", event_id=event_id))


@pages.get("/events/<uuid:event_id>")
@for_admins
def show_event(event_id: UUID) -> Page:
    """Where an event and its people stand."""
    event = lms().lectern.call("GET", f"/events/{event_id}")
    people = lms().lectern.call("GET", f"/events/{event_id}/enrollments?limit=200")["items"]
    return render_template("event.html", event=event, people=people)


@pages.post("/events/<uuid:event_id>/<any(sync, end, cancel):what>")
@for_admins
def act(event_id: UUID, what: str) -> Page:
    """Synchronises, ends or cancels an event."""
    if what == "cancel":
        lms().lectern.call("DELETE", f"/events/{event_id}")
    else:
        lms().lectern.call("POST", f"/events/{event_id}/{what}")
    return redirect(url_for(".show_event", event_id=event_id))


@pages.post("/console")
@for_admins
def open_console() -> Page:
    """Leads an administrator into Lectern's console."""
    asked = {"user_id": g.user.id, "role": "admin"}
    if path := request.form.get("path"):
        asked["path"] = path
    try:
        return redirect(lms().lectern.call("POST", "/console-links", asked)["url"])
    except LecternError as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        return render_template("no_console.html"), HTTPStatus.NOT_FOUND


@pages.get("/news")
@for_admins
def show_news() -> Page:
    """What Lectern told, newest first."""
    return render_template("news.html", news=lms().inbox.news)


@pages.post("/lectern/notifications")
def be_told() -> Page:
    """Takes what Lectern tells."""
    taken = lms().inbox.take(request.get_data(), dict(request.headers))
    return "", HTTPStatus.NO_CONTENT if taken else HTTPStatus.UNAUTHORIZED


def _event_of(form: Mapping[str, str], course: Course, host: User) -> Json:
    """The event that a form describes, as Lectern takes it."""
    try:
        starts_at = datetime.fromisoformat(form["starts_at"]).replace(tzinfo=ZoneInfo(ZONE))
        minutes = int(form["duration_minutes"])
    except ValueError:
        abort(HTTPStatus.BAD_REQUEST)
    return {
        "kind": form["kind"],
        "title": form["title"],
        "starts_at": starts_at.isoformat(),
        "duration_minutes": minutes,
        "timezone": ZONE,
        "host": {"user_id": host.id, "email": host.email},
        "context": {
            "id": course.id,
            "title": course.title,
            "url": url_for(".show_course", course_id=course.id, _external=True),
        },
    }


def _problems_of(lectern: Lectern, event_id: UUID, event: Json) -> list[Json]:
    """What saving an event would run into, and what of the form is refused, alike."""
    try:
        problems: list[Json] = lectern.call("POST", f"/events/{event_id}/check", event)["problems"]
    except LecternError as error:
        if error.status != HTTPStatus.UNPROCESSABLE_ENTITY:
            raise
        return [
            {"code": fault["pointer"], "message": fault["detail"], "remedy": "", "refused": True}
            for fault in error.problem["errors"]
        ]
    return problems
