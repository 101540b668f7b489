"""The local cloud: Lectern whole on one machine, with no account and no network.

`python -m local.cloud` runs it in the foreground; tests use `LocalCloud` as a context manager.
`docs/local-cloud.md` says what it is made of.
"""

import os
import random
import shlex
import socket
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests
from werkzeug.test import Client

from local import interrupts
from local.control import Control
from local.event_sources import EventSource, EventSources, Reader
from local.front import Front
from local.functions import Functions, InvokeApi
from local.keys import LOCAL_KEYS, local_parameters
from local.metering.meter import FIRED, REQUESTS, Meter
from local.moto import COUNTS_PATH
from local.processes import Logs, Process
from local.resources import Aws
from local.routes import routes_of
from local.runtime import THIS_ENVIRONMENT, Runtime
from local.schedules import Schedules
from local.servers import HOST, Server
from local.stream_source import StreamReader
from local.template import ROOT, Stack, TemplateError, load
from local.throttling import Throttles, limits_of

SIMULATOR_SETTINGS = {
    "zoom": {
        "application_type": "server_to_server_oauth",
        "account_id": "local-account",
        "client_id": "local-client",
        "client_secret": "local-secret",
        "webhook_secret_token": "local-webhook-secret",
    },
    "features": {"meetings": True, "webinars": False},
}
"""The Zoom simulator's credentials, which are no secret."""

_START_SECONDS = 60


class StartError(Exception):
    """Something that the local cloud is made of did not come up."""


_LISTENED_ON = range(20_000, 32_000)


def free_port() -> int:
    """A port that nobody listens on, and that no connection is given meanwhile.

    Those that the system gives to whoever connects begin further up (Linux: 32768).
    """
    for port in random.sample(_LISTENED_ON, len(_LISTENED_ON)):
        with suppress(OSError), socket.create_server((HOST, port)):
            return port
    raise OSError("no port is free")


@dataclass(frozen=True)
class Ports:
    """Where the parts answer; by default somewhere free."""

    api: int = field(default_factory=free_port)
    zoom: int = field(default_factory=free_port)
    aws: int = field(default_factory=free_port)
    control: int = field(default_factory=free_port)

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Ports":
        """The ports that the documented variables name, or their defaults."""
        return cls(
            api=int(environment.get("LECTERN_PORT", "3000")),
            zoom=int(environment.get("LECTERN_ZOOM_PORT", "3001")),
            aws=int(environment.get("LECTERN_AWS_PORT", "3002")),
            control=int(environment.get("LECTERN_CONTROL_PORT", "3003")),
        )


class LocalCloud:
    """Everything that `template.yaml` describes, from the start of a `with` to its end.

    Args:
        ports: where the parts answer; somewhere free if not given.
        parameters: values for parameters of the template.
        zoom_urls: Zoom's API and token URLs; without them the Zoom simulator is started.
        template: what to run; one that `sam build` left wants a runtime beside it.
        base_path: where on its host the API stands, such as `/live`, its stage at API Gateway's own
            address, or `/lectern` at a domain of one's own.
        fires_schedules: whether they fire in time; else by hand alone, where something is measured.
        runtime: what runs the functions.
        shards: of how many the table's stream is.
        warm: whether each function has a process from the start; else its first call waits.
    """

    def __init__(
        self,
        ports: Ports | None = None,
        parameters: Mapping[str, str] | None = None,
        zoom_urls: tuple[str, str] | None = None,
        template: Path = ROOT / "template.yaml",
        base_path: str = "",
        *,
        fires_schedules: bool = True,
        runtime: Runtime = THIS_ENVIRONMENT,
        shards: int = 1,
        warm: bool = True,
    ) -> None:
        self._warm = warm
        self._template = template
        self._shards = shards
        self._runtime = runtime
        self._fires_schedules = fires_schedules
        self._ports = ports or Ports()
        self._base_path = base_path
        self._simulated = zoom_urls is None
        self.url = _url(self._ports.api) + base_path
        self.aws_url = _url(self._ports.aws)
        self.control_url = _url(self._ports.control)
        self.zoom_url = _url(self._ports.zoom) if zoom_urls is None else None
        self.api_keys = LOCAL_KEYS
        self.api_key = LOCAL_KEYS["admin"]
        self.logs = Logs()
        api_url, oauth_url = zoom_urls or (f"{self.zoom_url}/v2", f"{self.zoom_url}/oauth/token")
        self._parameters = {
            **local_parameters(),
            "ZoomApiUrl": api_url,
            "ZoomOauthUrl": oauth_url,
            **(parameters or {}),
        }
        self._running = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as starting:
            self._start(starting)
            self._running = starting.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._running.close()

    def _start(self, running: ExitStack) -> None:
        stack = load(self._parameters, self.aws_url, self._template)
        lambda_port = free_port()
        moto = self._spawn(
            running,
            "aws",
            "local.moto.server",
            f"--port={self._ports.aws}",
            f"--lambda-url={_url(lambda_port)}",
        )
        simulator = (
            self._spawn(
                running,
                "zoom",
                "zoom_simulator",
                f"--port={self._ports.zoom}",
                f"--webhooks-url={self.url}",
            )
            if self._simulated
            else None
        )
        await_listener(moto, self._ports.aws)
        aws = Aws(self.aws_url)
        aws.create(stack)
        meter = Meter(f"{self.aws_url}{COUNTS_PATH}", self.zoom_url)
        functions = running.enter_context(
            Functions(stack, aws.variables, self.logs, meter.functions, self._runtime)
        )
        if self._warm:
            functions.warm_up()
        running.enter_context(Server(InvokeApi(functions), lambda_port))
        running.enter_context(EventSources(_readers(stack, aws, functions, self._shards)))
        schedules = running.enter_context(
            Schedules(
                stack,
                aws,
                functions.invoke,
                by_time=self._fires_schedules,
                counted=lambda name: meter.requests.add(FIRED, name),
            )
        )
        control = Control(
            lambda: self._overview(stack, schedules), aws, schedules, self.logs, meter
        )
        running.enter_context(Server(control, self._ports.control))
        [api] = stack.of_type("AWS::ApiGateway::RestApi").values()
        [stage] = stack.of_type("AWS::ApiGateway::Stage").values()
        limits = limits_of(stage.get("MethodSettings", []), routes_of(api["Body"]))
        front = Front(
            api["Body"],
            functions.invoke,
            base_path=self._base_path,
            throttles=Throttles(limits, time.monotonic),
            counted=lambda request: meter.requests.add(REQUESTS, request),
        )
        if simulator is not None:
            await_listener(simulator, self._ports.zoom)
            _fill_in_settings(front, self._base_path)
        running.enter_context(Server(front, self._ports.api))
        self._await_health()
        if simulator is not None:
            self._validate_webhooks()

    def _spawn(self, running: ExitStack, name: str, module: str, *arguments: str) -> Process:
        process = Process(
            [module, *arguments],
            {"PATH": os.environ.get("PATH", "")},
            ROOT,
            output=lambda line: self.logs.add(name, line),
        )
        running.callback(process.stop)
        return process

    def _await_health(self) -> None:
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            if requests.get(f"{self.url}/health", timeout=_START_SECONDS).ok:
                return
            time.sleep(0.1)
        raise StartError("/health does not answer 200")

    def _validate_webhooks(self) -> None:
        """Has Zoom check the addresses of its webhooks, as an administrator does by a button."""
        requests.post(f"{self.zoom_url}/_sim/webhooks/challenge", timeout=_START_SECONDS)

    def _overview(self, stack: Stack, schedules: Schedules) -> dict[str, Any]:
        """The running parts, for `GET /` of the control port."""
        return {
            "api": self.url,
            "zoom": self.zoom_url or self._parameters["ZoomApiUrl"],
            "aws": self.aws_url,
            "control": self.control_url,
            "schedules": [schedule.name for schedule in schedules.all],
            "resources": {
                logical_id: resource["Type"] for logical_id, resource in stack.resources.items()
            },
        }


def _fill_in_settings(front: Front, base_path: str) -> None:
    """Has the simulator's credentials used, before anybody can ask for anything.

    Raises:
        StartError: Lectern does not take them.
    """
    answer = Client(front).put(
        f"{base_path}/v1/settings",
        json=SIMULATOR_SETTINGS,
        headers={"Authorization": f"Bearer {LOCAL_KEYS['admin']}"},
    )
    if answer.status_code >= HTTPStatus.BAD_REQUEST:
        raise StartError(f"PUT /v1/settings answers {answer.status_code}: {answer.text}")


def _url(port: int) -> str:
    return f"http://{HOST}:{port}"


def _readers(stack: Stack, aws: Aws, functions: Functions, shards: int) -> list[Reader]:
    sources = [
        EventSource.of(properties)
        for properties in stack.of_type("AWS::Lambda::EventSourceMapping").values()
    ]
    return [StreamReader(source, aws, functions.invoke, shards) for source in sources]


def await_listener(process: Process, port: int) -> None:
    """Waits until a process that was started listens on its port.

    Raises:
        StartError: if it ends before that, or takes too long.
    """
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.running:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise StartError(f"nothing listens on port {port}")


def main() -> int:
    """Runs the local cloud until it is interrupted; says where everything is."""
    interrupts.heed()
    zoom_api, zoom_oauth = os.environ.get("ZOOM_API_URL"), os.environ.get("ZOOM_OAUTH_URL")
    cloud = LocalCloud(
        Ports.of(os.environ),
        parameters=_parameters(os.environ.get("LECTERN_PARAMETERS", "")),
        zoom_urls=(zoom_api, zoom_oauth) if zoom_api and zoom_oauth else None,
        base_path=os.environ.get("LECTERN_BASE_PATH", ""),
    )
    started = time.monotonic()
    try:
        with cloud:
            _introduce(cloud, time.monotonic() - started)
            interrupts.wait()
    except KeyboardInterrupt:
        pass
    except (StartError, TemplateError, OSError) as error:
        print(f"The local cloud did not start: {error}", file=sys.stderr)
        for source, lines in cloud.logs.last(5).items():
            print(f"{source}:", *lines, sep="\n  ", file=sys.stderr)
        return 1
    return 0


def _parameters(text: str) -> dict[str, str]:
    """Reads `A=1 B=2`, the form of `sam deploy --parameter-overrides`."""
    pairs = [item.partition("=") for item in shlex.split(text)]
    return {name: value for name, _, value in pairs}


def _introduce(cloud: LocalCloud, seconds: float) -> None:
    zoom = f"{cloud.zoom_url} (simulator)" if cloud.zoom_url else "as ZOOM_API_URL says"
    print(
        f"Lectern is ready after {seconds:.1f} s.\n"
        f"  API       {cloud.url}  (API key: {cloud.api_key}; contract: {cloud.url}/docs)\n"
        f"  Zoom      {zoom}\n"
        f"  AWS       {cloud.aws_url}\n"
        f"  Control   {cloud.control_url}\n"
        "Ctrl-C ends it.",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
