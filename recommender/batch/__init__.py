"""Many answers in, one outcome out for each, in order: a broken line costs only itself."""

from recommender.batch.brief import Part, brief_lines, brief_parts
from recommender.batch.given import Given, json_given
from recommender.batch.outcome import (
    Outcome,
    csv_cells,
    csv_columns,
    from_csv,
    from_json_lines,
    json_object,
    outcome,
)
from recommender.batch.table import TableError, csv_given

__all__ = [
    "Given",
    "Outcome",
    "Part",
    "TableError",
    "brief_lines",
    "brief_parts",
    "csv_cells",
    "csv_columns",
    "csv_given",
    "from_csv",
    "from_json_lines",
    "json_given",
    "json_object",
    "outcome",
]
