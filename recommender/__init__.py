"""Ranks six types of social media for a marketing goal, and says why."""

__version__ = "0.1.0"
