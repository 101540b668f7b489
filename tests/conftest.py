"""What holds for all tests: no network but this machine's own, and no AWS account."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from functools import cache

import botocore.session
import pytest
from hypothesis import HealthCheck, settings
from pytest_socket import socket_allow_hosts
from xdist.scheduler import LoadScopeScheduling

from lectern_testing import not_run
from lectern_testing.aws import moto_shortcut
from local.moto import order, query_starts

_AWS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "SAM_CLI_TELEMETRY": "0",
}
_WITH_A_CLOUD = {
    f"tests/{name}"
    for name in ("browser", "end_to_end", "end_to_end/built", "end_to_end/field", "local_cloud")
}
_WITH_A_BUILD = "tests/contract/test_build.py"


# Machines differ in speed; what hangs is ended by pytest's own time limit.
settings.register_profile("lectern", deadline=None)
settings.load_profile("lectern")
_SLOW = settings(suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("twelve", _SLOW, max_examples=12, derandomize=True)
# For `make fuzz`, which says by which seed its sequences can be had again.
_SEQUENCES = int(os.environ.get("SEQUENCES", "300"))
settings.register_profile("fuzz", _SLOW, max_examples=_SEQUENCES, print_blob=True)


def pytest_configure() -> None:
    """Before anything is imported that reads them: nothing of the developer's own account."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(_AWS)
    # Each test has clients of its own; what they are built from is read once.
    botocore.session.create_loader = cache(botocore.session.create_loader)
    moto_shortcut.install()
    order.install()
    query_starts.install()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are processors: who has a cloud mostly waits for it."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    """Gives the tests to pytest's workers."""
    return _OneCloudOneWorker(config, log)


class _OneCloudOneWorker(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Gives out test by test, but as one those that share a cloud or a build, which takes long."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        folder = file.rpartition("/")[0]
        if folder in _WITH_A_CLOUD:
            return folder
        return file if file == _WITH_A_BUILD else nodeid


def pytest_collection_finish() -> None:
    """What the libraries keep is large, and is looked through at no further collection."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """Says last of all what did not run."""
    yield
    if skipped := terminalreporter.getreports("skipped"):
        terminalreporter.section(not_run.title(skipped), yellow=True, bold=True)
        for line in not_run.summary(skipped):
            terminalreporter.write_line(line, yellow=True)


@pytest.hookimpl(trylast=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.config.getoption("disable_socket"):
        return
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)
