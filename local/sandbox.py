"""One execution environment of a function: a process, and the Runtime API that feeds it.

The process runs AWS's own runtime client (`awslambdaric`), which asks its Runtime API for the next
invocation and posts what became of it:
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, ClassVar

from local.processes import Process
from local.runtime import THIS_ENVIRONMENT, Runtime
from local.servers import HOST

MAX_PAYLOAD_BYTES = 6 * 1024 * 1024
"""The most that a function may be given, or may answer, when it is called synchronously."""
_INIT_SECONDS = 60
"""Lambda gives initialisation ten seconds; a busy machine with two cores may need more."""


@dataclass(frozen=True)
class Invocation:
    """One call of a function."""

    request_id: str
    payload: bytes
    deadline: float


@dataclass(frozen=True)
class Answer:
    """The result of a call: the function's own, or the error as Lambda describes it.

    Attributes:
        payload: The result, or the error.
        failed: Whether it is an error.
        throttled: Whether Lambda did not even try.
    """

    payload: bytes
    failed: bool = False
    throttled: bool = False

    @classmethod
    def too_many(cls) -> "Answer":
        """A call that is refused, since as many run as are reserved for the function."""
        told = {
            "Reason": "ReservedFunctionConcurrentInvocationLimitExceeded",
            "Type": "User",
            "message": "Rate Exceeded.",
        }
        return cls(json.dumps(told).encode(), failed=True, throttled=True)

    @classmethod
    def error(cls, kind: str, message: str) -> "Answer":
        """An error that Lambda itself reports, not the function."""
        return cls(json.dumps({"errorType": kind, "errorMessage": message}).encode(), failed=True)


class Sandbox:
    """Runs one invocation at a time, in a process that may be warm.

    Args:
        arn: the function's, which it is told with each invocation.
        handler: `module.function`.
        folder: the function's code.
        environment: all of the process's environment variables but the Runtime API's address.
        timeout: seconds that one invocation may take.
        output: is given each line that the process prints.
        worked: is given the seconds of each invocation, without the start of the process.
        runtime: what runs the process.
    """

    def __init__(
        self,
        *,
        arn: str,
        handler: str,
        folder: Path,
        environment: Mapping[str, str],
        timeout: float,
        output: Callable[[str], None],
        worked: Callable[[float], None] = lambda _: None,
        runtime: Runtime = THIS_ENVIRONMENT,
    ) -> None:
        self.arn = arn
        self.inbox: SimpleQueue[Invocation | None] = SimpleQueue()
        self.outbox: SimpleQueue[Answer] = SimpleQueue()
        self.initialised = threading.Event()
        self._failure: Answer | None = None
        self._timeout = timeout
        self._worked = worked
        self._api = _RuntimeApi(self)
        self._process = Process(
            [runtime.client, handler],
            {**environment, "AWS_LAMBDA_RUNTIME_API": f"{HOST}:{self._api.server_port}"},
            folder,
            output,
            ended=self._ended,
            python=runtime.python,
        )

    @property
    def usable(self) -> bool:
        """Whether it can take another invocation."""
        return self._failure is None

    def invoke(self, payload: bytes) -> Answer:
        """Runs one invocation; a process that takes too long is killed, as in Lambda."""
        request_id = str(uuid.uuid4())
        if not self.initialised.wait(_INIT_SECONDS):
            return self._give_up(f"Initialisation timed out after {_INIT_SECONDS} seconds")
        if self._failure:
            return self._failure
        began = time.perf_counter()
        self.inbox.put(Invocation(request_id, payload, time.time() + self._timeout))
        try:
            return self.outbox.get(timeout=self._timeout)
        except Empty:
            seconds = f"{self._timeout:.2f}"
            return self._give_up(
                f"RequestId: {request_id} Error: Task timed out after {seconds} seconds"
            )
        finally:
            self._worked(time.perf_counter() - began)

    def fail(self, error: Answer) -> None:
        """Notes why it can no longer be used, and tells whoever waits for it."""
        self._failure = self._failure or error
        self.initialised.set()
        self.outbox.put(self._failure)

    def say_goodbye(self) -> None:
        """Lets the process end; `stop` waits for that."""
        self._process.say_goodbye()

    def stop(self) -> None:
        """Ends the process."""
        self.inbox.put(None)
        self._process.stop()

    def _give_up(self, reason: str) -> Answer:
        self._failure = Answer.error("Sandbox.Timedout", reason)
        self._process.kill()
        return self._failure

    def _ended(self, status: int) -> None:
        self.fail(
            Answer.error(
                "Runtime.ExitError", f"Error: Runtime exited with error: exit status {status}"
            )
        )
        self.inbox.put(None)
        self._api.shutdown()
        self._api.server_close()


class _RuntimeApi(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__((HOST, 0), _RuntimeApiHandler)
        self.sandbox = sandbox
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """Says nothing of a process that was killed: whoever waits for its answer is told."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _RuntimeApiHandler(BaseHTTPRequestHandler):
    server: _RuntimeApi
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm: ClassVar[bool] = True

    def do_GET(self) -> None:
        """`/runtime/invocation/next`: waits until there is one."""
        sandbox = self.server.sandbox
        sandbox.initialised.set()
        invocation = sandbox.inbox.get()
        if invocation is None:
            self.close_connection = True
            return
        self.send_response(200)
        self.send_header("Lambda-Runtime-Aws-Request-Id", invocation.request_id)
        self.send_header("Lambda-Runtime-Deadline-Ms", str(int(invocation.deadline * 1000)))
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", sandbox.arn)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(invocation.payload)))
        self.end_headers()
        self.wfile.write(invocation.payload)

    def do_POST(self) -> None:
        """`…/response`, `…/error` of an invocation, and `/runtime/init/error`."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._take(body)
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _take(self, body: bytes) -> None:
        sandbox = self.server.sandbox
        if self.path.endswith("/init/error"):
            sandbox.fail(Answer(body, failed=True))
        elif self.path.endswith("/error"):
            sandbox.outbox.put(Answer(body, failed=True))
        elif len(body) > MAX_PAYLOAD_BYTES:
            sandbox.outbox.put(
                Answer.error(
                    "Function.ResponseSizeTooLarge",
                    f"Response payload size ({len(body)} bytes) exceeded maximum allowed payload "
                    f"size ({MAX_PAYLOAD_BYTES} bytes).",
                )
            )
        else:
            sandbox.outbox.put(Answer(body))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (http.server's name)
        """Says nothing: these calls are the inside of an invocation."""
