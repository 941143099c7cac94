"""How far a search goes: effort counts its steps, never time."""

DEFAULT_EFFORT = 400
"""For an answer within a frame."""

TRIAL_EFFORT = 100
"""To find out what comes of one reward more or less."""

EFFORT_MOST = 60_000
"""Then the best price so far is good enough: some seconds of a till's processor."""
