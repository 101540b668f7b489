"""How properties are looked for: enough examples to find faults, few enough to be run often."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "lectern", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("lectern")
