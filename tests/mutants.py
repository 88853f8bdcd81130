"""Rules with one slip in them: what an author may get wrong without breaking any form."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from recommender.engine.model import NONE, Question, Questionnaire
from recommender.engine.rows import GOAL
from recommender.rulebook.files import RuleForm
from recommender.rulebook.names import RulesFolder

TOUCHING = ("effects", "exclude", "close", "warn")


@dataclass(frozen=True)
class Mutant:
    """A rule of a file, by its number there, in another form; None drops it."""

    what: str
    file: str
    number: int
    form: RuleForm | None

    def within(self, folder: RulesFolder) -> RulesFolder:
        """The folder with this rule in place of its own."""
        rules = list(folder.forms[self.file].rules)
        rules[self.number : self.number + 1] = [self.form] if self.form else []
        file = folder.forms[self.file].model_copy(update={"rules": rules})
        return replace(folder, forms={**folder.forms, self.file: file})


def drawn(folder: RulesFolder, asked: Questionnaire, each: int) -> dict[str, list[Mutant]]:
    """So many of each kind, drawn with a seed among all that there are."""
    rng = random.Random(5)
    types = list(folder.forms["types.yaml"].types)
    everything = {
        "drop": list(_dropped(folder)),
        "flip": list(_flipped(folder)),
        "option": list(_with_another_option(folder, asked)),
        "swap": list(_with_another_type(folder, types)),
    }
    return {kind: rng.sample(mutants, each) for kind, mutants in everything.items()}


def _rules(folder: RulesFolder) -> Iterator[tuple[str, int, RuleForm]]:
    for file in folder.rules_files():
        for number, form in enumerate(folder.forms[file].rules):
            yield file, number, form


def _dropped(folder: RulesFolder) -> Iterator[Mutant]:
    for file, number, form in _rules(folder):
        yield Mutant(f"{form.id} dropped", file, number, None)


def _flipped(folder: RulesFolder) -> Iterator[Mutant]:
    """All points of a rule, since a single one would give it two signs, which is refused."""
    for file, number, form in _rules(folder):
        if form.effects:
            effects = {type_: -points for type_, points in form.effects.items()}
            yield _changed("sign flipped", file, number, form, "effects", effects)


def _with_another_option(folder: RulesFolder, asked: Questionnaire) -> Iterator[Mutant]:
    for file, number, form in _rules(folder):
        for part in ("when", "unless"):
            for question, listed in getattr(form, part).items():
                known = asked.questions["primary_goal" if question == GOAL else question]
                for other in _others(known, listed):
                    for option in listed:
                        options = [other if one == option else one for one in listed]
                        conditions = {**getattr(form, part), question: options}
                        what = f"{part} {question}: {option} -> {other}"
                        yield _changed(what, file, number, form, part, conditions)


def _others(known: Question, listed: list[str]) -> list[str]:
    return [one for one in [*known.options, *([NONE] if known.none else [])] if one not in listed]


def _with_another_type(folder: RulesFolder, types: list[str]) -> Iterator[Mutant]:
    for file, number, form in _rules(folder):
        for part in TOUCHING:
            touched = getattr(form, part)
            for type_ in touched:
                for other in types:
                    if other not in touched:
                        what = f"{part}: {type_} -> {other}"
                        yield _changed(
                            what, file, number, form, part, _named(touched, type_, other)
                        )


def _named(touched: dict | list, type_: str, other: str) -> dict | list:
    if isinstance(touched, list):
        return [other if one == type_ else one for one in touched]
    return {other if one == type_ else one: value for one, value in touched.items()}


def _changed(what: str, file: str, number: int, form: RuleForm, part: str, value: object) -> Mutant:
    return Mutant(f"{form.id} {what}", file, number, form.model_copy(update={part: value}))
