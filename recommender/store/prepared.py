"""Statements that are compiled once, for what every send does.

SQLAlchemy works out anew at each execution what to say and how to read the answer, which costs
several times what the database does. So the driver is told directly; connections, transactions,
errors and types are SQLAlchemy's all the same.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Insert, Select
from sqlalchemy.exc import DBAPIError

Values = Mapping[str, Any]
_Turning = Callable[[Any], Any] | None
"""Makes of a value what the driver takes, or of what it gives a value; None leaves it as it is."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    """What one kind of database is told. `order` are the places, by name or in turn."""

    sql: str
    named: bool
    order: Sequence[tuple[str, _Turning]]
    fixed: Values

    def filled(self, values: Values) -> dict[str, Any] | tuple[Any, ...]:
        """Raises KeyError if a value is missing."""
        given = {**self.fixed, **values} if self.fixed else values
        pairs = [(name, turn(given[name]) if turn else given[name]) for name, turn in self.order]
        return dict(pairs) if self.named else tuple(value for _, value in pairs)


class Prepared:
    """A statement with its parameters by name; an insert fills those columns that it is given."""

    def __init__(self, statement: Insert | Select, *columns: str):
        self._statement, self._columns = statement, columns or None
        self._compiled: dict[str, _Compiled] = {}
        self._read: dict[str, Callable[[Any], Any]] = {}

    def write(self, connection: Connection, *rows: Values) -> None:
        """Carry an insert out for each of these rows."""
        made = self._for(connection.dialect)
        filled: Any = [made.filled(row) for row in rows]
        many = len(rows) > 1
        with _told(connection, made.sql, filled if many else filled[0], many):
            pass

    def one(self, connection: Connection, **values: Any) -> Any:
        """The first row of a selection, with its columns by name; None if there is none."""
        dialect = connection.dialect
        made = self._for(dialect)
        with _told(connection, made.sql, made.filled(values)) as cursor:
            row = cursor.fetchone()
        if row is None:
            return None
        if dialect.name not in self._read:
            self._read[dialect.name] = _reader(self._statement, dialect)
        return self._read[dialect.name](row)

    def _for(self, dialect: Dialect) -> _Compiled:
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = _compiled(
                self._statement, dialect, self._columns
            )
        return found


@contextmanager
def together(connection: Connection) -> Iterator[None]:
    """For several writes: PostgreSQL's answers to them are waited for at the end of the block.

    Nothing may be read meanwhile.
    """
    if connection.dialect.name == "sqlite":
        yield
        return
    raw: Any = connection.connection.driver_connection
    with _refusing(connection), raw.pipeline():
        yield


@contextmanager
def _refusing(connection: Connection, sql: str = "") -> Iterator[None]:
    """The driver's errors as SQLAlchemy's, without the values: these must not reach a log."""
    driver: Any = connection.dialect.loaded_dbapi
    try:
        yield
    except driver.Error as error:
        raise DBAPIError.instance(sql, None, error, driver.Error, hide_parameters=True) from error


@contextmanager
def _told(connection: Connection, sql: str, filled: Any, many: bool = False) -> Iterator[Any]:
    """A cursor of the driver that has carried it out.

    It begins no transaction. Who listens to what SQLAlchemy executes hears of this, too.
    """
    cursor = connection.connection.cursor()
    for hear in connection.dispatch.before_cursor_execute:
        hear(connection, cursor, sql, filled, None, many)
    with _refusing(connection, sql), closing(cursor):
        if many:
            cursor.executemany(sql, filled)
        else:
            cursor.execute(sql, filled)
        yield cursor


def _compiled(statement: Any, dialect: Dialect, columns: Sequence[str] | None) -> _Compiled:
    made: Any = statement.compile(dialect=dialect, column_keys=columns)
    binds = {name: bind for bind, name in made.bind_names.items()}
    places = made.positiontup if made.positional else list(binds)
    order = [(name, _turning(binds[name].type, dialect, "bind_processor")) for name in places]
    fixed = {name: bind.value for name, bind in binds.items() if not bind.required}
    return _Compiled(str(made), not made.positional, order, fixed)


def _turning(type_: Any, dialect: Dialect, which: str, *more: Any) -> _Turning:
    found: _Turning = getattr(type_.dialect_impl(dialect), which)(dialect, *more)
    return found


def _reader(statement: Any, dialect: Dialect) -> Callable[[Any], Any]:
    """Makes of what the driver gives a row with values of the columns' types."""
    columns = statement.selected_columns
    row: Any = namedtuple("Row", list(columns.keys()))  # type: ignore[misc]
    turns = [_turning(column.type, dialect, "result_processor", None) for column in columns]

    def read(raw: Any) -> Any:
        return row._make(turn(value) if turn else value for turn, value in zip(turns, raw))

    return read
