"""A form's logo in its table."""

from sqlalchemy import Connection, delete

from recommender.store.tables import logos
from recommender.store.upsert import insert


def keep(connection: Connection, form_id: str, media: str, content: bytes) -> None:
    """Keep it in place of an earlier one; empty content takes it away."""
    if not content:
        connection.execute(delete(logos).where(logos.c.form_id == form_id))
        return
    row = {"media": media, "content": content}
    adding = insert(connection, logos).values(form_id=form_id, **row)
    connection.execute(adding.on_conflict_do_update(index_elements=["form_id"], set_=row))
