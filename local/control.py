"""The control port: what runs in the local cloud, and levers that AWS's console would have."""

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from local.metering.meter import Meter
from local.processes import Logs
from local.resources import Aws
from local.schedules import NoSuchScheduleError, ScheduleFailedError, Schedules

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Json = Any
"""What can be written as JSON."""

_DEFAULT_LINES = 200


class Control:
    """The control port's WSGI application.

    Args:
        overview: what `GET /` answers.
        aws: to look at executions.
        schedules: to fire.
        logs: what the processes printed.
        meter: what was used.
    """

    def __init__(
        self,
        overview: Callable[[], Json],
        aws: Aws,
        schedules: Schedules,
        logs: Logs,
        meter: Meter,
    ) -> None:
        self._overview = overview
        self._schedules = schedules
        self._logs = logs
        self._meter = meter
        self._states = aws.client("stepfunctions")
        self._urls = Map(
            [
                Rule("/", methods=["GET"], endpoint=self._show_overview),
                Rule("/executions", methods=["GET"], endpoint=self._show_executions),
                Rule("/logs", methods=["GET"], endpoint=self._show_logs),
                Rule("/meter", methods=["GET"], endpoint=self._read_meter),
                Rule("/meter", methods=["DELETE"], endpoint=self._set_meter_back),
                Rule("/schedules/<name>", methods=["POST"], endpoint=self._fire),
            ]
        )

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answers one request."""
        request = Request(environ)
        try:
            endpoint, arguments = self._urls.bind_to_environ(environ).match()
            body = endpoint(request, **arguments)
            response = Response(json.dumps(body, indent=2, default=str) + "\n")
        except HTTPException as error:
            response = Response(json.dumps({"error": error.description}) + "\n", error.code)
        response.content_type = "application/json"
        return response(environ, start_response)

    def _show_overview(self, _request: Request) -> Json:
        return self._overview()

    def _show_executions(self, _request: Request) -> Json:
        """Executions of all state machines, the newest first."""
        executions = [
            execution
            for machine in self._states.list_state_machines()["stateMachines"]
            for execution in self._states.list_executions(
                stateMachineArn=machine["stateMachineArn"]
            )["executions"]
        ]
        executions.sort(key=lambda execution: execution["startDate"], reverse=True)
        return {"executions": [self._execution(execution) for execution in executions]}

    def _execution(self, execution: dict[str, Any]) -> Json:
        details = self._states.describe_execution(executionArn=execution["executionArn"])
        return {
            "state_machine": execution["stateMachineArn"].rpartition(":")[2],
            "name": execution["name"],
            "status": execution["status"],
            "started_at": execution["startDate"],
            "stopped_at": execution.get("stopDate"),
            "input": details.get("input"),
            "error": details.get("error"),
            "cause": details.get("cause"),
        }

    def _show_logs(self, request: Request) -> Json:
        """The last lines of each process; `?lines=` says how many, `?source=` of which alone."""
        logs = self._logs.last(request.args.get("lines", _DEFAULT_LINES, type=int))
        source = request.args.get("source")
        return {name: lines for name, lines in logs.items() if source in {None, name}}

    def _read_meter(self, _request: Request) -> Json:
        """What was used since the meter was set back, or since the local cloud runs."""
        return self._meter.read()

    def _set_meter_back(self, _request: Request) -> Json:
        self._meter.forget()
        return {"meter": "set back"}

    def _fire(self, _request: Request, name: str) -> Json:
        """Fires a schedule and answers when what it started has ended."""
        try:
            self._schedules.fire(name)
        except NoSuchScheduleError:
            raise NotFound(f"The template has no schedule {name}.") from None
        except ScheduleFailedError as error:
            return {"schedule": name, "state": "failed", "detail": str(error)}
        return {"schedule": name, "state": "done"}
