"""A simulator of Zoom: one account, stateful, as strict as Zoom, for tests and integrators.

Run it with ``python -m zoom_simulator --port 3001``, or in a test with `zoom_simulator`. What it
does and how to steer it is in ``docs/zoom-simulator.md``.
"""

from zoom_simulator.application import create_app
from zoom_simulator.clock import Clock
from zoom_simulator.server import ZoomSimulator, zoom_simulator
from zoom_simulator.transport import SimulatorAdapter
from zoom_simulator.world import World

__all__ = ["Clock", "SimulatorAdapter", "World", "ZoomSimulator", "create_app", "zoom_simulator"]
