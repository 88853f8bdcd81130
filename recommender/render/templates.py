"""Templates outside the web: what they are given is escaped, and nothing is left out silently."""

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from recommender.resources import folder


@cache
def template(name: str) -> Template:
    """The template of this name in the folder of templates."""
    room = Environment(
        loader=FileSystemLoader(folder("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return room.get_template(name)
