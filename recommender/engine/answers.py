"""The one verdict on answers, for forms, JSON, tables and codes alike."""

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches

from recommender.engine.model import NONE, Answers, Question, Questionnaire, Value
from recommender.errors import AnswersError, Problem, Text, filled, shown

MESSAGES: dict[str, Text] = {
    "object": {
        "en": "Send the answers as one JSON object.",
        "id": "Kirim jawaban sebagai satu objek JSON.",
    },
    "required": {"en": "Answer this question.", "id": "Jawab pertanyaan ini."},
    "type_one": {
        "en": "“{short}” takes one option id as text.",
        "id": "“{short}” diisi satu id opsi berupa teks.",
    },
    "type_many": {
        "en": "“{short}” takes a list of option ids.",
        "id": "“{short}” diisi daftar id opsi.",
    },
    "repeated": {
        "en": "Choose only one option for “{short}”.",
        "id": "Pilih satu opsi saja untuk “{short}”.",
    },
    "choice": {
        "en": "“{value}” is not an option of “{short}”. Choose one of the listed options.",
        "id": "“{value}” bukan opsi untuk “{short}”. Pilih dari opsi yang tersedia.",
    },
    "choice_near": {
        "en": "“{value}” is not an option of “{short}”. Did you mean “{near}”?",
        "id": "“{value}” bukan opsi untuk “{short}”. Apakah maksud Anda “{near}”?",
    },
    "too_many": {
        "en": "Choose at most {most} for “{short}”.",
        "id": "Pilih paling banyak {most} untuk “{short}”.",
    },
    "none_with_option": {
        "en": "Choose either “{none}” or other options for “{short}”, not both.",
        "id": "Untuk “{short}”, pilih “{none}” saja atau opsi lain, jangan keduanya.",
    },
    "no_none": {
        "en": "“{short}” has no “none of these”. Leave it empty if it is not known.",
        "id": "“{short}” tidak memiliki opsi “tidak ada”. Kosongkan jika belum diketahui.",
    },
    "unknown_question": {
        "en": "There is no question “{value}”. Remove it, or use the id of a question.",
        "id": "Tidak ada pertanyaan “{value}”. Hapus, atau gunakan id pertanyaan yang ada.",
    },
    "unknown_question_near": {
        "en": "There is no question “{value}”. Did you mean “{near}”?",
        "id": "Tidak ada pertanyaan “{value}”. Apakah maksud Anda “{near}”?",
    },
}


def read(
    questionnaire: Questionnaire, given: object, *, require: Collection[str] | None = None
) -> Answers:
    """Frozen answers from a mapping of question ids to an option id or a list of them.

    None or a missing key is unknown; so is an empty list, except where the question has "none
    of these". `require` names the questions that must be answered, all required ones unless
    given; `()` reads a draft. Repeats, and the main goal among the other goals, are dropped
    first without a complaint. Raises AnswersError with every problem.
    """
    if not isinstance(given, Mapping):
        raise AnswersError((Problem(None, "object", MESSAGES["object"]),))
    problems: list[Problem] = []
    values: dict[str, Value] = {}
    missing = []
    for question in questionnaire.questions.values():
        raw = given.get(question.id)
        if isinstance(raw, str) and not question.many and raw in question.options:
            values[question.id] = raw
            continue
        value = None if raw is None else _value(question, raw, given, problems)
        if value is not None:
            values[question.id] = value
        elif question.required and not any(p.question == question.id for p in problems):
            missing.append(question.id)
            if require is None or question.id in require:
                problems.append(_required(question))
    if not given.keys() <= questionnaire.questions.keys():
        unknown = [key for key in given if key not in questionnaire.questions]
        problems += [_unknown_question(str(key), questionnaire) for key in unknown]
    if problems:
        raise AnswersError(tuple(problems))
    return Answers(values, tuple(missing))


def from_fields(questionnaire: Questionnaire, fields: Mapping[str, Iterable[str]]) -> dict:
    """Fields of a form or cells of a table as a mapping that `read` takes.

    A list is repeated fields or ids joined by `|`; empty text is unknown; `-` alone is "none of
    these" and becomes an empty list. Everything else is passed on for `read` to judge; fields
    that are no question are kept, so that a misspelt column is not lost in silence.
    """
    given: dict[str, object] = {}
    for name, texts in fields.items():
        question = questionnaire.questions.get(name)
        if question is None or question.many:
            items = [item for text in texts for item in text.split("|") if item]
        else:
            items = [text for text in texts if text]
        if not items:
            continue
        if question is not None and question.none and {*items} == {NONE}:
            given[name] = []
        elif question is not None and not question.many and len(items) == 1:
            given[name] = items[0]
        else:
            given[name] = _Repeated(items)
    return given


def to_fields(answers: Answers) -> dict[str, list[str]]:
    """The fields that `from_fields` reads back as these answers."""
    return {question: list(answers.options(question)) for question in answers.values}


class _Repeated(list):
    """A field that was sent several times: for a one-choice question its own kind of problem."""


def _value(
    question: Question, raw: object, given: Mapping, problems: list[Problem]
) -> Value | None:
    """The answer as it is kept, or None; adds what is wrong with it to `problems`."""
    if isinstance(raw, (list, tuple)) and not raw and question.none is None:
        return None
    before = len(problems)
    value = (
        _many(question, raw, given, problems) if question.many else _one(question, raw, problems)
    )
    return value if len(problems) == before else None


def _one(question: Question, raw: object, problems: list[Problem]) -> str | None:
    if isinstance(raw, _Repeated):
        problems.append(_problem(question, "repeated"))
        return None
    if not isinstance(raw, str):
        problems.append(_problem(question, "type", words="type_one"))
        return None
    _known(question, [raw], problems)
    return raw


def _many(
    question: Question, raw: object, given: Mapping, problems: list[Problem]
) -> tuple[str, ...] | None:
    if not isinstance(raw, (list, tuple)) or not all([isinstance(item, str) for item in raw]):
        problems.append(_problem(question, "type", words="type_many"))
        return None
    chosen = set(raw)
    if question.id == "secondary_goals":
        main = given.get("primary_goal")
        chosen -= {main} if isinstance(main, str) else set()
    if NONE in chosen and question.none and len(chosen) > 1:
        problems.append(_problem(question, "none_with_option", none=question.none))
        chosen.discard(NONE)
    if not chosen <= question.options.keys():
        _known(question, sorted(chosen), problems)
    if len(chosen) > question.most:
        problems.append(_problem(question, "too_many", own=not question.required))
    if not chosen and question.none is None:
        return None
    return tuple([option for option in question.options if option in chosen])


def _known(question: Question, items: list[str], problems: list[Problem]) -> None:
    for item in items:
        if item == NONE and not question.none:
            problems.append(_problem(question, "no_none"))
        elif item not in question.options:
            near = get_close_matches(item[:80], question.options, 1)
            words = "choice_near" if near else "choice"
            problems.append(
                _problem(question, "choice", words=words, value=item, near="".join(near))
            )


def _required(question: Question) -> Problem:
    return Problem(question.id, "required", question.error or MESSAGES["required"])


def _unknown_question(key: str, questionnaire: Questionnaire) -> Problem:
    near = get_close_matches(key[:80], questionnaire.questions, 1)
    words = "unknown_question_near" if near else "unknown_question"
    message = filled(MESSAGES[words], value=key, near="".join(near))
    return Problem(shown(key, "en"), "unknown_question", message)


def _problem(
    question: Question, code: str, *, words: str | None = None, own: bool = False, **values: object
) -> Problem:
    """A problem in the question's own words where it has them (`own`), else in the table's."""
    if own and question.error:
        return Problem(question.id, code, question.error)
    message = filled(MESSAGES[words or code], short=question.short, most=question.most, **values)
    return Problem(question.id, code, message)
