"""What the members of the sample agency have done already: passwords, remarks, and how it went."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import accumulate

from recommender.console import passwords
from recommender.store import front, practice, remarks, team
from recommender.store.audit import COMMAND
from recommender.store.database import Database, now
from recommender.store.desk import Desk
from recommender.store.records import FormRecord, Listed

OWNER, MEMBER = "maya@studio-contoh.example", "adi@studio-contoh.example"
MEMBERS = (("Maya Pemilik", OWNER, "owner"), ("Adi Anggota", MEMBER, "member"))
_STAGES = ("seen", "begun", "page-2", "page-3", "finished", "send", "sent")
_STOPPED = {"seen": 6, "begun": 2, "page-2": 1, "page-3": 1, "finished": 3, "send": 1}
"""For each two who send: so many more come as far as this and stop."""
_WENT = ("well", "mixed", "well", "badly")
_NOTE = "Ingin mulai setelah Lebaran; tim kontennya baru dua orang."
_REASON = "Timnya sudah punya akun yang ramai di sini, dan pelanggannya menanyakan lewat sana."
_DONE = "Tiga unggahan seminggu selama tiga bulan, semua komentar dijawab pada hari yang sama."


def let_in(desk: Desk, password: str) -> None:
    """An owner and a member, both with this password."""
    kept = passwords.hashed(password)
    for name, email, role in MEMBERS:
        team.add(desk, email, name, role, COMMAND, now())
        token = team.pass_for(desk, email, COMMAND, now()) or ""
        team.choose_password(desk.database, token, kept, now())


def work(desk: Desk, forms: Sequence[FormRecord]) -> None:
    """Three months of a desk: a note, other types chosen, what became of the oldest ones."""
    found, moment = desk.submissions(100), now()
    remarks.add_note(desk, found[0].id, _NOTE, MEMBER, moment)
    for one in found[3:24:7]:
        chosen = practice.Overrule(OWNER, one.second[0], _REASON, moment)
        practice.keep(desk, one.id, chosen, moment)
    for place, one in enumerate(found[-5:]):
        practice.keep(desk, one.id, _followup(one, place, moment), moment)
    agreed = practice.Learning(OWNER, "Disetujui lewat email.", moment)
    practice.keep(desk, found[-1].id, agreed, moment)
    for form in forms:
        _count(desk.database, form, moment)


def _followup(one: Listed, place: int, moment: datetime) -> practice.Followup:
    went = _WENT[place % len(_WENT)]
    after = {"well": 4.1, "mixed": 2.9, "badly": 1.8}[went] + place / 10
    return practice.Followup(MEMBER, one.first[:1], _DONE, 2.4, after, went, moment)


def _count(database: Database, form: FormRecord, moment: datetime) -> None:
    """As many as came in a month to bring two sends a week."""
    for week in range(4):
        day = (moment - timedelta(days=7 * week + 1)).date()
        for reached in _visitors():
            front.count(database, form.id, day, *reached)


def _visitors() -> Iterator[tuple[str, ...]]:
    """How far each visitor of a week came."""
    for number, reached in enumerate(accumulate((stage,) for stage in _STAGES), 1):
        stage = _STAGES[number - 1]
        yield from [reached] * _STOPPED.get(stage, 2)
