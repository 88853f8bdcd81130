"""An invitation that a program makes: judged as a row of a table is, with problems by their key."""

from typing import Any

from recommender.agency import inviting
from recommender.agency.findings import MESSAGES
from recommender.agency.form import settings_of
from recommender.agency.rulebooks import rulebook_called
from recommender.errors import Problem, filled
from recommender.rulebook.findings import Findings
from recommender.store.records import FormRecord
from recommender.web.api.agency_models import Letter, MadeInvitation
from recommender.web.api.door import Refused
from recommender.web.api.operations import Call
from recommender.web.api.reading import problem
from recommender.web.running import running


class _Problems(Findings):
    """Takes what is found wrong with a client as problems, each with its key."""

    def __init__(self) -> None:
        super().__init__(MESSAGES)
        self.problems: list[Problem] = []

    def add(self, file: str, line: int, key: str, **values: Any) -> None:
        super().add(file, line, key, **values)
        name = values.get("name", key)  # those without a name are called as their key
        self.problems.append(Problem(name, key, filled(MESSAGES[key], 300, **values)))


def made_of(call: Call, form: FormRecord, address: str) -> MadeInvitation:
    """Make the invitation that was asked for; raises Refused with every problem."""
    settings, sent, found = settings_of(form), call.body, _Problems()
    book = rulebook_called(settings.rules)
    assert book is not None  # it was known when the form was stored
    cells = {name: getattr(sent, name) or "" for name in inviting.OWN}
    client = inviting.client_of(book, cells, sent.answers, "", 1, found)
    if form.state != "live":
        found.problems.append(problem("form", "not_live"))
    if sent.mail and (key := inviting.unmailable(settings, [client], sent.mail, running().mailing)):
        found.problems.append(problem("mail", key))
    if found.problems:
        raise Refused(422, "request", tuple(found.problems))
    made, token = inviting.invitation(form, client, sent.days, call.now)
    call.desk.invite_all([(made, token)], call.by, sent.mail or "")
    to = inviting.link(address, form, token)
    letters = inviting.letters(form, settings, made, to)
    return MadeInvitation(
        id=made.id,
        form=form.slug,
        client=made.client,
        email=made.email,
        ref=made.ref,
        state="made",
        created_at=made.created_at,
        expires_at=made.expires_at,
        opened_at=None,
        answered_at=None,
        link=to,
        letters={lang: Letter(**said) for lang, said in letters.items()},
    )
