"""The template's functions, each with a pool of processes, and Lambda's Invoke API."""

import json
import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from werkzeug.wrappers import Request, Response

from local.metering.functions import FunctionMeter
from local.processes import Logs
from local.runtime import THIS_ENVIRONMENT, Runtime
from local.sandbox import MAX_PAYLOAD_BYTES, Answer, Sandbox
from local.template import ACCOUNT, REGION, Stack

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_MAX_PROCESSES = 4
"""How many invocations of one function run at once here; more wait for their turn."""
_INVOKE_PATH = re.compile(r"/2015-03-31/functions/(?P<name>[^/]+)/invocations")


@dataclass(frozen=True)
class Function:
    """A function of the template."""

    name: str
    logical_id: str
    role: str
    handler: str
    folder: Path
    layers: tuple[Path, ...]
    timeout: float
    memory: int
    log_group: str
    variables: Mapping[str, str]
    reserved: int | None = None

    @classmethod
    def of(cls, logical_id: str, properties: Mapping[str, Any]) -> "Function":
        """Reads the properties of an `AWS::Lambda::Function`."""
        reserved = properties.get("ReservedConcurrentExecutions")
        return cls(
            name=properties["FunctionName"],
            logical_id=logical_id,
            role=properties["Role"],
            handler=properties["Handler"],
            folder=Path(properties["Code"]["S3Key"]),
            layers=tuple(Path(layer) for layer in properties.get("Layers", [])),
            timeout=float(properties["Timeout"]),
            memory=int(properties["MemorySize"]),
            log_group=properties.get("LoggingConfig", {}).get("LogGroup", ""),
            variables={
                key: str(value)
                for key, value in properties.get("Environment", {}).get("Variables", {}).items()
            },
            reserved=int(reserved) if reserved is not None else None,
        )

    @property
    def arn(self) -> str:
        """The ARN that it is called by."""
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.name}"

    def environment(
        self, aws: Mapping[str, str], runtime: Runtime = THIS_ENVIRONMENT
    ) -> dict[str, str]:
        """The variables of a process of it: the template's, and those that Lambda sets.

        Of the developer's own environment only `PATH` is kept. `LECTERN_LOCAL` tells Lectern that
        an address on this machine may be called, which on AWS it may not. Of a template that is not
        built, the `dependencies` layer is empty: the virtual environment holds the same packages.
        """
        layers = [layer / "python" for layer in self.layers]
        modules = [self.folder, *layers, *runtime.packages]
        return {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": os.pathsep.join(str(path) for path in modules if path.is_dir()),
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "_HANDLER": self.handler,
            "LAMBDA_TASK_ROOT": str(self.folder),
            "LECTERN_LOCAL": "1",
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
            "AWS_LAMBDA_FUNCTION_NAME": self.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.memory),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": self.log_group,
            "AWS_LAMBDA_LOG_STREAM_NAME": "local",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            **aws,
            **self.variables,
        }


class Pool:
    """The processes of one function: one warm, more while they are needed.

    Args:
        make_sandbox: starts a process.
        limit: how many there are at most; whoever comes then waits.
        reserved: how many invocations the template reserves for it; more are refused, as by Lambda.
    """

    def __init__(
        self,
        make_sandbox: Callable[[], Sandbox],
        limit: int = _MAX_PROCESSES,
        reserved: int | None = None,
    ) -> None:
        self._make_sandbox = make_sandbox
        self._limit = limit
        self._reserved = reserved
        self._asked = 0
        self._all: list[Sandbox] = []
        self._idle: list[Sandbox] = []
        self._changed = threading.Condition()

    def warm_up(self) -> None:
        """Starts the first process, so that the first call need not wait for all of it."""
        with self._changed:
            self._idle.append(self._start())

    def invoke(self, payload: bytes) -> Answer:
        """Runs one invocation, when a process is free; refuses it if too many run."""
        with self._changed:
            if self._reserved is not None and self._asked >= self._reserved:
                return Answer.too_many()
            self._asked += 1
        sandbox = self._take()
        try:
            return sandbox.invoke(payload)
        finally:
            self._give_back(sandbox)

    def stop(self) -> None:
        """Ends all processes."""
        with self._changed:
            sandboxes, self._all, self._limit = self._all, [], 0
        for sandbox in sandboxes:
            sandbox.say_goodbye()
        for sandbox in sandboxes:
            sandbox.stop()

    def _take(self) -> Sandbox:
        with self._changed:
            while not self._idle and len(self._all) >= self._limit:
                self._changed.wait()
            return self._idle.pop() if self._idle else self._start()

    def _give_back(self, sandbox: Sandbox) -> None:
        with self._changed:
            self._asked -= 1
            if sandbox.usable:
                self._idle.append(sandbox)
            elif sandbox in self._all:
                self._all.remove(sandbox)
            self._changed.notify()

    def _start(self) -> Sandbox:
        sandbox = self._make_sandbox()
        self._all.append(sandbox)
        return sandbox


class Functions:
    """All functions of the stack, from the start of a `with` to its end.

    Args:
        stack: the translated template.
        aws: for a role's ARN, the variables with which a process of that role reaches AWS.
        logs: where what they print goes.
        meter: counts what they are invoked for.
        runtime: what runs their processes.
    """

    def __init__(
        self,
        stack: Stack,
        aws: Callable[[str], Mapping[str, str]],
        logs: Logs,
        meter: FunctionMeter | None = None,
        runtime: Runtime = THIS_ENVIRONMENT,
    ) -> None:
        self._meter = meter or FunctionMeter()
        self._functions = [
            Function.of(logical_id, properties)
            for logical_id, properties in stack.of_type("AWS::Lambda::Function").items()
        ]
        self._pools = {
            function.name: Pool(
                _sandbox_maker(function, aws, logs, self._meter, runtime),
                reserved=function.reserved,
            )
            for function in self._functions
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for pool in self._pools.values():
            pool.stop()

    def warm_up(self) -> None:
        """Starts a process of each function."""
        for pool in self._pools.values():
            pool.warm_up()

    def __iter__(self) -> Iterator[Function]:
        return iter(self._functions)

    def invoke(self, name_or_arn: str, payload: bytes) -> Answer:
        """Calls a function and waits for its answer.

        Raises:
            KeyError: if there is no such function.
        """
        pool = self._pools[name_or_arn.rpartition(":")[2]]
        with self._meter.running():
            return pool.invoke(payload)

    def invoke_later(self, name_or_arn: str, payload: bytes) -> None:
        """Calls a function that nobody waits for; it counts as running from now on.

        Raises:
            KeyError: if there is no such function.
        """
        pool = self._pools[name_or_arn.rpartition(":")[2]]
        running = ExitStack()
        running.enter_context(self._meter.running())

        def invoke() -> None:
            with running:
                pool.invoke(payload)

        threading.Thread(target=invoke, daemon=True).start()


def _sandbox_maker(
    function: Function,
    aws: Callable[[str], Mapping[str, str]],
    logs: Logs,
    meter: FunctionMeter,
    runtime: Runtime,
) -> Callable[[], Sandbox]:
    name = function.folder.name

    def make() -> Sandbox:
        return Sandbox(
            arn=function.arn,
            handler=function.handler,
            folder=function.folder,
            environment=function.environment(aws(function.role), runtime),
            timeout=function.timeout,
            output=lambda line: logs.add(name, line),
            worked=lambda seconds: meter.add(name, function.memory, seconds),
            runtime=runtime,
        )

    return make


class InvokeApi:
    """Lambda's Invoke, as a WSGI application, for Step Functions and for functions.

    What nobody waits for is tried once: Lambda's own retries are for whoever wants them.
    """

    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answers one request."""
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        path = _INVOKE_PATH.fullmatch(request.path)
        payload = request.get_data()
        if path is None or request.method != "POST":
            return _refusal(404, "ResourceNotFoundException", "Only Invoke is here.")
        if len(payload) > MAX_PAYLOAD_BYTES:
            return _refusal(
                413,
                "RequestTooLargeException",
                f"Request must be smaller than {MAX_PAYLOAD_BYTES} bytes for the InvokeFunction "
                "operation",
            )
        try:
            if request.headers.get("X-Amz-Invocation-Type") == "Event":
                self._functions.invoke_later(path["name"], payload or b"{}")
                return Response(status=202)
            answer = self._functions.invoke(path["name"], payload or b"{}")
        except KeyError:
            return _refusal(404, "ResourceNotFoundException", f"Function not found: {path['name']}")
        if answer.throttled:
            return _refused("TooManyRequestsException", 429, answer.payload)
        response = Response(answer.payload, content_type="application/json")
        response.headers["X-Amz-Executed-Version"] = "$LATEST"
        if answer.failed:
            response.headers["X-Amz-Function-Error"] = "Unhandled"
        return response


def _refusal(status: int, kind: str, message: str) -> Response:
    return _refused(kind, status, json.dumps({"Type": "User", "Message": message}).encode())


def _refused(kind: str, status: int, told: bytes) -> Response:
    return Response(told, status, {"X-Amzn-ErrorType": kind}, content_type="application/json")
