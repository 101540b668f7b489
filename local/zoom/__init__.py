"""A simulator of Zoom: one account, stateful, as strict as Zoom, for tests and integrators.

Run it with ``python -m local.zoom --port 3001``, or in a test with `zoom_simulator`. What it does
and how to steer it is in ``docs/zoom-simulator.md``.
"""

from local.zoom.application import create_app
from local.zoom.clock import Clock
from local.zoom.server import ZoomSimulator, zoom_simulator
from local.zoom.transport import SimulatorAdapter
from local.zoom.world import World

__all__ = ["Clock", "SimulatorAdapter", "World", "ZoomSimulator", "create_app", "zoom_simulator"]
