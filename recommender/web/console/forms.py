"""The agency's forms: the list, and the editor of one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from recommender.agency import changes
from recommender.agency.findings import FormFileError
from recommender.agency.form import FormSettings, plain, settings_of
from recommender.agency.form_file import read, to_yaml
from recommender.agency.sending import in_words
from recommender.agency.written import written
from recommender.console import editor
from recommender.errors import shown
from recommender.i18n import words
from recommender.store import front
from recommender.store.database import Database
from recommender.store.listing import counts
from recommender.store.putting import Moved
from recommender.store.records import FormRecord
from recommender.store.retention import zone_of
from recommender.web.console import embedding_page, inviting_page
from recommender.web.console.guard import desk, for_owners
from recommender.web.console.own_form import address_of, keep, own_form, seen_version
from recommender.web.console.showing import page
from recommender.web.page import language, link
from recommender.web.running import database, running

blueprint = Blueprint("forms", __name__)
for _room in (embedding_page, inviting_page):
    blueprint.register_blueprint(_room.blueprint)

DAYS = 30
HINTS = (
    *("state", "market", "rules", "time_zone", "contact", "contact_address", "consent_version"),
    *("retention_days", "sites", "hidden", "so_far", "brand_product", "brand_radius"),
    *("context_id", "context_options", "receipt"),
)
"""The settings that have a hint, by their words."""
DONE = ("saved", "same", "made")
"""What a page may say was done."""


@blueprint.get("/forms")
def index() -> str:
    """The forms, each with what came in of late, and fields to make another one."""
    return _index({"name": "", "slug": "", "language": "browser"}, ())


@blueprint.post("/forms")
@for_owners
def make() -> AnyResponse | tuple[str, int]:
    """Make a form of a name; it is a draft that asks for a contact after the result."""
    given = {name: request.form.get(name, "").strip() for name in ("name", "slug", "language")}
    own = given | {"slug": given["slug"] or editor.slug_of(given["name"]), "contact": "after"}
    try:
        new = keep(editor.judged(own), seen=0)
    except FormFileError as error:
        return _index(given, editor.remarks(own, error.findings)), 422
    except Moved:
        new = False
    if not new:
        return _index(given, (), taken=own["slug"]), 422
    return redirect(link("console.forms.show", slug=own["slug"], done="made"), 303)


@blueprint.get("/forms/<slug>")
def show(slug: str) -> str:
    """The settings of a form: to change for owners, to read for members."""
    record, settings = own_form(slug)
    return _page(record, settings, plain(settings))


@blueprint.post("/forms/<slug>")
@for_owners
def save(slug: str) -> AnyResponse | tuple[str, int]:
    """Store the settings as they are filled in, or show them again with all that is wrong."""
    record, settings = own_form(slug)
    draft = editor.draft(_fields(), plain(settings))
    try:
        file = editor.judged(draft)
        new = keep(file, seen_version())
    except FormFileError as error:
        found = editor.remarks(draft, error.findings)
        return _page(record, settings, draft, found), 422
    except Moved:
        return _moved(slug, file.settings), 409
    return _saved(slug, record, new=new)


@blueprint.post("/forms/<slug>/logo")
@for_owners
def save_logo(slug: str) -> AnyResponse | tuple[str, int]:
    """Keep a picture as the form's logo, or take the logo away."""
    record, settings = own_form(slug)
    content, name = _upload("logo")
    gone = "gone" in request.form
    draft = plain(settings)
    draft["brand"] = {**draft["brand"], "logo": name}
    if gone:
        del draft["brand"]["logo"]
    try:
        new = keep(editor.judged(draft), record.version, None if gone else content)
    except FormFileError as error:
        said = [one.message for one in error.findings]
        return _page(record, settings, plain(settings), about_logo=said), 422
    except Moved:
        record, settings = own_form(slug)
        said = [in_words("embed_moved")]
        return _page(record, settings, plain(settings), about_logo=said), 409
    return _saved(slug, record, new=new)


@blueprint.get("/forms/<slug>/form.yaml")
def download(slug: str) -> Response:
    """The settings as the form's file."""
    _, settings = own_form(slug)
    response = Response(to_yaml(settings), mimetype="text/yaml")
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}.yaml"'
    return response


@blueprint.post("/forms/<slug>/form.yaml")
@for_owners
def upload(slug: str) -> AnyResponse | tuple[str, int]:
    """Store the settings of a file in place of these."""
    record, settings = own_form(slug)
    content, name = _upload("file")
    try:
        file = read(name, content)
        if file.settings.slug != slug:
            raise file.refused("slug_other", "slug", value=file.settings.slug, name=slug)
        new = keep(file, seen_version())
    except FormFileError as error:
        said = [{lang: one.text(lang) for lang in ("id", "en")} for one in error.findings]
        return _page(record, settings, plain(settings), about_file=said), 422
    except Moved:
        return _moved(slug, file.settings), 409
    return _saved(slug, record, new=new)


def _fields() -> dict[str, str]:
    """The fields as they were sent; a value that a button offers stands for the field's own."""
    fields = request.form.to_dict()
    path, _, offered = fields.pop("take", "").partition("=")
    if offered:
        fields[path] = offered
        fields.pop(f"{path}.pick", None)
        fields.pop(f"{path}.was", None)
    return fields


def _upload(name: str) -> tuple[bytes, str]:
    """What a file that was sent holds, and what it may be called in a message."""
    sent = request.files.get(name)
    called = written(sent.filename or "") if sent else None
    return (sent.read() if sent else b""), (called or name)[-100:]


def _saved(slug: str, record: FormRecord, *, new: bool) -> AnyResponse:
    done = {"done": "saved", "since": record.version} if new else {"done": "same"}
    return redirect(link("console.forms.show", slug=slug, **done), 303)


def _index(given: Mapping[str, str], found: Sequence[editor.Remark], taken: str = "") -> str:
    own = desk()
    listed = [(one, settings_of(one)) for one in own.forms()]
    sent = {one.id: _sent(one, settings) for one, settings in listed}
    return page(
        "forms.html",
        forms=listed,
        sent=sent,
        days=DAYS,
        given=given,
        errors=_by_path(found),
        taken=taken,
        address_of=address_of,
        languages=editor.options("language"),
    )


def _sent(form: FormRecord, settings: FormSettings) -> int:
    """How many were sent in the last days, by the form's clock; tries do not count."""
    today = running().now().astimezone(zone_of(settings.time_zone)).date()
    return counts(desk(), today - timedelta(days=DAYS - 1), form.id).get("sent", 0)


def _page(
    record: FormRecord,
    settings: FormSettings,
    draft: editor.Draft,
    found: Sequence[editor.Remark] = (),
    **problems: Any,
) -> str:
    """The editor with a draft in it; `found` is what is wrong with it."""
    values, done = editor.values(draft), request.args.get("done")
    asked = len(draft.get("context", ()))
    return page(
        "form.html",
        form=record,
        settings=settings,
        seen=request.form.get("version", record.version),
        sections=editor.SECTIONS,
        question=editor.QUESTION,
        asked=asked,
        places=range(min(asked + editor.SPARE, editor.MOST_QUESTIONS)),
        values=values,
        errors=_by_path(found),
        options=editor.options,
        offers=editor.offers(draft, settings) if found else {},
        palette=editor.palette(draft),
        setting=_setting,
        hint_of=_hint,
        address=address_of(record.slug),
        done=done if done in DONE else None,
        changed=_changed(database(), record, settings) if done == "saved" else (),
        **{"about_logo": (), "about_file": ()} | problems,
    )


def _by_path(found: Iterable[editor.Remark]) -> dict[str, list[str]]:
    """What is wrong, in the reader's language, by the path of the field."""
    lang, said = language(), dict[str, list[str]]()
    for one in found:
        said.setdefault(one.path, []).append(one.finding.message[lang])
    return said


def _setting(place: str, first: int | None = None) -> str:
    """What a setting is called; `place` is its path, or one that `changes` names.

    With `first`, an own question's setting says its number, where the first one has this one.
    """
    w, (key, number) = words(language()), editor.word_of(place)
    name = w(f"set_{key}")
    if first is None or number is None:
        return name
    return w("set_numbered", n=first + number, name=name)


def _hint(path: str) -> str | None:
    """What helps to fill a field in; most need nothing."""
    key, _ = editor.word_of(path)
    return words(language())(f"hint_{key}") if key in HINTS else None


def _changed(
    store: Database, record: FormRecord, settings: FormSettings
) -> list[tuple[str, str, str]]:
    """What is different since the version that the address names: name, earlier, new value."""
    since = request.args.get("since", "")
    if not since.isdecimal() or not 0 < int(since[:9]) < record.version:
        return []
    earlier = front.form_at(store, record.id, int(since[:9]))
    return _said(changes.changes(settings_of(earlier) if earlier else None, settings))


def _said(found: Sequence[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    lang = language()
    return [
        (_setting(place, 0), shown(before, lang, 120), shown(after, lang, 120))
        for place, before, after in found
    ]


def _moved(slug: str, mine: FormSettings) -> str:
    """Somebody saved meanwhile: what she has otherwise, and a button that saves mine anyway."""
    record, theirs = own_form(slug)
    return page(
        "form_moved.html",
        form=record,
        different=_said(changes.changes(theirs, mine)),
        kept=editor.values(plain(mine)),
    )
