"""The same examples on every run, so that a red test is red for everybody.

TENTH_CHANCE=1 looks for new ones.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "tenth",
    deadline=None,
    derandomize="TENTH_CHANCE" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("tenth")
