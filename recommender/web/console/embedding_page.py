"""Putting a form on a page: the lines for it, whether a page may show it, and a preview."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from recommender.agency.findings import FormFileError
from recommender.agency.form import FormSettings, plain
from recommender.agency.written import MOST_HIDDEN, written
from recommender.console import editor
from recommender.console.framing import snippet, verdict
from recommender.i18n import LANGUAGES, words
from recommender.store.putting import Moved
from recommender.store.records import FormRecord
from recommender.web.console.guard import for_owners
from recommender.web.console.own_form import address_of, keep, own_form
from recommender.web.console.showing import page
from recommender.web.embedding import signed, started
from recommender.web.page import language, link

blueprint = Blueprint("embedding", __name__)

WIDTHS = ("320", "360", "wide")
"""The widths of a preview: those of small telephones, and all that there is."""


@blueprint.get("/forms/<slug>/embed")
def show(slug: str) -> str:
    """The lines to copy; `?ref=` is put into them, `?page=` is an address to be judged."""
    return _page(*own_form(slug))


@blueprint.post("/forms/<slug>/sites")
@for_owners
def add_site(slug: str) -> AnyResponse | tuple[str, int]:
    """Let one more site show the form."""
    record, settings = own_form(slug)
    added = request.form.get("site", "")
    draft = plain(settings.model_copy(update={"sites": (*settings.sites, added)}))
    try:
        keep(editor.judged(draft), record.version)
    except FormFileError as error:
        said = [one.message[language()] for one in error.findings]
        return _page(record, settings, problems=said), 422
    except Moved:
        return _page(*own_form(slug), problems=[words(language())("embed_moved")]), 409
    shown = {"page": request.form.get("page") or added, "done": "site"}
    return redirect(link("console.forms.embedding.show", slug=slug, **shown), 303)


@blueprint.get("/forms/<slug>/preview")
def preview(slug: str) -> str:
    """The form in frames of several widths, to be tried out; a draft too."""
    record, settings = own_form(slug)
    embedded = request.args.get("embed") == "1"
    frames = {width: _tried(record, embedded=embedded) for width in WIDTHS}
    values: dict[str, Any] = {"form": record, "settings": settings, "frames": frames}
    return page("preview.html", embedded=embedded, **values)


def _tried(form: FormRecord, *, embedded: bool) -> str:
    """The first page of a form for somebody who tries it out; each begins for herself."""
    given: dict[str, Any] = {"t": signed(started(form, preview=True)), "lang": language()}
    given |= {"embed": "1"} if embedded else {}
    return url_for("form.questionnaire.show", slug=form.slug, **given)


def _page(record: FormRecord, settings: FormSettings, problems: Any = ()) -> str:
    address, asked = address_of(record.slug), request.values.get("page", "").strip()
    ref = (written(request.args.get("ref", "")) or "")[:MOST_HIDDEN]
    spoken = LANGUAGES if settings.language == "browser" and settings.may_switch else ("",)
    return page(
        "embed.html",
        form=record,
        settings=settings,
        ref=ref,
        address=address,
        snippets={lang: snippet(address, settings.name, lang, ref) for lang in spoken},
        asked=asked,
        verdict=verdict(settings.sites, asked) if asked else None,
        problems=problems,
        done=request.args.get("done") == "site",
    )
