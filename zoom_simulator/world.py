"""The simulated account: everything that lasts from one call to the next.

Nothing here knows HTTP. Whoever reads or changes the world holds its lock.
"""

from __future__ import annotations

import secrets
import threading
import uuid
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from zoom_simulator.account.model import Mail, Session, User
from zoom_simulator.account.policy import Policy
from zoom_simulator.account.presence import Instance
from zoom_simulator.account.replicas import Replicas
from zoom_simulator.account.seed import DEFAULT_SEED, Seed, UserSeed
from zoom_simulator.clock import Clock
from zoom_simulator.faults.injection import Faults
from zoom_simulator.paging import Pages
from zoom_simulator.rate_limits import Limits
from zoom_simulator.request_log import CallLog
from zoom_simulator.tokens import Tokens
from zoom_simulator.webhooks.payload_variants import as_reported
from zoom_simulator.webhooks.subscriptions import Webhooks, is_sent


class World:
    """One Zoom account and its surroundings.

    Args:
        clock: The clock that everything goes by.
        beginning: What the account is at first, and again after a reset.

    Attributes:
        lock: Held by whoever reads or changes the world.
        changed: Notified when there may be something to deliver.
        base_url: Where links into the simulator begin.
        acts_for_owner: Whether what happens is done by the app, in the name of the account's owner;
            else people do it by hand.
        seed: The plan, scopes, credentials and limits in force (its users are those it began with).
        others: Further accounts that are served with this one, by account id.
        on_account: Called with each of them when it is added.
    """

    def __init__(self, clock: Clock | None = None, beginning: Seed = DEFAULT_SEED) -> None:
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.clock = clock or Clock()
        self.base_url = "http://zoom.invalid"
        self.calls = CallLog()
        self.acts_for_owner = False
        self.others: dict[str, World] = {}
        self.on_account: Callable[[World], object] = lambda _world: None
        self._beginning = beginning
        self.reset()

    def reset(self) -> None:
        """Begin anew: the account of the beginning, real time, an empty log."""
        self.clock.reset()
        self.seed = Seed()
        self.users: dict[str, User] = {}
        self.sessions: dict[int, Session] = {}
        self.instances: dict[str, Instance] = {}
        self.replicas = Replicas(self.sessions, self.users)
        self.tokens = Tokens()
        self.faults = Faults()
        self.pages = Pages()
        self.limits = Limits(self.seed.plan, self.seed.limits)
        self.webhooks = Webhooks()
        self.mails: list[Mail] = []
        self.others.clear()
        self.calls.clear()
        self.apply(self._beginning)

    def apply(self, seed: Seed) -> None:
        """Change what a seed names; what it does not name stays."""
        self.seed = self.seed.changed_by(seed)
        if not self.seed.app_activated:
            self.tokens.revoke()
        self.limits.configure(self.seed.plan, self.seed.limits)
        for user in seed.users:
            self.put_user(user)
        self._lock_settings()
        if "webhooks" in seed.model_fields_set:
            self.webhooks.configure(seed.webhooks, self.now())
        self.wake()

    def add_account(self, seed: Seed) -> World:
        """Serves another account with this one, which goes by the same clock."""
        clock = Clock(lambda: self.clock.now().timestamp())
        other = World(clock, DEFAULT_SEED.changed_by(seed))
        other.base_url = self.base_url
        self.others[other.seed.credentials.account_id] = other
        self.on_account(other)
        return other

    def now(self) -> datetime:
        """The simulated time."""
        return self.clock.now()

    @contextmanager
    def acting_for_owner(self) -> Iterator[None]:
        """What happens meanwhile is the app's doing."""
        self.acts_for_owner = True
        try:
            yield
        finally:
            self.acts_for_owner = False

    def wake(self) -> None:
        """Have whoever waits for something to deliver look again."""
        with self.lock:
            self.changed.notify_all()
        for other in list(self.others.values()):
            other.wake()

    def publish(self, event: str, payload: dict[str, Any]) -> None:
        """Tell those who subscribed that something has happened, where Zoom would."""
        if is_sent(event, self.seed.plan, self.seed.scopes):
            account_id = self.seed.credentials.account_id
            if self.seed.webhooks.shapes == "reported":
                payload = as_reported(event, payload)
            self.webhooks.publish(event, {"account_id": account_id, **payload}, self.now())
            self.wake()

    def put_user(self, seed: UserSeed) -> User:
        """Add a user, or change the one with the same address in what the seed names."""
        existing = self.find_user(seed.email)
        if existing is not None:
            for name in seed.model_fields_set - {"id"}:
                setattr(existing, name, getattr(seed, name))
            self._lock_settings()
            return existing
        values = {name: getattr(seed, name) for name in UserSeed.model_fields}
        values["id"] = seed.id or new_id()
        values["pmi"] = seed.pmi or new_number()
        user = User(**values, created_at=self.now())
        self.users[user.id] = user
        return user

    def has_link(self, key: str) -> bool:
        """Whether a link that ends in a session's number or a registration's key leads here."""
        return any(key in {str(each.id), each.registration_key} for each in self.sessions.values())

    def new_uuid(self) -> str:
        """The UUID of an instance to come."""
        return new_uuid(with_slashes=self.seed.uuids_with_slashes)

    def find_user(self, reference: str) -> User | None:
        """The user with an id or an address (in any case)."""
        return self.users.get(reference) or self.find_user_with_email(reference)

    def own_user(self) -> User | None:
        """The user in whose name the app acts: the account's owner.

        Where the account was given no such user, the first who is licensed stands for the owner.
        """
        owner = self.seed.owner
        stand_ins = (user for user in self.users.values() if user.holds_licence)
        return self.find_user(owner.id) or self.find_user(owner.email) or next(stand_ins, None)

    def find_user_with_email(self, email: str) -> User | None:
        """The user with an address, in any case."""
        wanted = email.lower()
        return next((user for user in self.users.values() if user.email.lower() == wanted), None)

    def is_user_elsewhere(self, email: str) -> bool:
        """Whether an address is that of a user of another account."""
        return email.lower() in {each.lower() for each in self.seed.users_elsewhere}

    def policy_of(self, host: User) -> Policy:
        """The rules that hold for the sessions of a host."""
        return self.seed.policy.but(host.policy)

    def hides_security_of(self, user: User) -> bool:
        """Whether the settings of security are told to nobody, as in Basic accounts."""
        return self.seed.plan == "free" or self.policy_of(user).passcode_told == "refused"

    def has_zoom_account(self, email: str) -> bool:
        """Whether an address is that of a user, in this account or in another."""
        user = self.find_user_with_email(email)
        return self.is_user_elsewhere(email) or (user is not None and not user.is_lost)

    def blocked_domains_of(self, emails: list[str], host: User | None = None) -> list[str]:
        """Which e-mail domains of these addresses the account blocks, or the host."""
        named = [
            *self.seed.blocked_domains,
            *(self.policy_of(host) if host else self.seed.policy).blocked_domains,
        ]
        blocked = {domain.lower() for domain in named}
        return sorted({email.rpartition("@")[2].lower() for email in emails} & blocked)

    def _lock_settings(self) -> None:
        """Have locks hold at once for what is scheduled already, without a word to anybody."""
        for session in self.sessions.values():
            if session.host_id in self.users:
                session.lock(self.policy_of(self.users[session.host_id]).locked)


def new_uuid(*, with_slashes: bool) -> str:
    """The UUID of an instance; with slashes, one that has to be encoded twice in a path."""
    text = b64encode(uuid.uuid4().bytes).decode()
    return f"/{text[1:10]}//{text[12:]}" if with_slashes else text


def new_id() -> str:
    """An opaque id of 22 characters, as Zoom's user and registrant ids are."""
    return secrets.token_urlsafe(16)


def new_number() -> int:
    """An eleven-digit number, as Zoom's meeting ids are: more than 32 bits hold."""
    return 80_000_000_000 + secrets.randbelow(9_999_999_999)
