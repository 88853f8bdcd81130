"""From a folder of YAML files to a Rulebook, or to every problem in it at once."""

from recommender.rulebook.load import load, shipped

__all__ = ["load", "shipped"]
