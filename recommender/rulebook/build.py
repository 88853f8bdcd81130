"""From the checked form of the rules files to the values that the engine reads."""

from collections.abc import Mapping

from recommender.engine import code, content, model
from recommender.engine.answers import read
from recommender.rulebook import content_files, extension_files, files
from recommender.rulebook.deeds import said


def text(form: files.TextForm) -> Mapping[str, str]:
    return {"en": form.en, "id": form.id}


def maybe(form: files.TextForm | None) -> Mapping[str, str] | None:
    return text(form) if form else None


def questionnaire(file: files.QuestionnaireFile) -> model.Questionnaire:
    return model.Questionnaire(
        steps=tuple(
            model.Step(
                step.id, text(step.title), text(step.lead), tuple(step.questions), step.optional
            )
            for step in file.steps
        ),
        questions={id_: _question(id_, form, file) for id_, form in file.questions.items()},
        words={id_: text(words) for id_, words in file.words.items()},
    )


def _question(id_: str, form: files.QuestionForm, file: files.QuestionnaireFile) -> model.Question:
    owner = file.questions.get(form.options_of or "", form)
    options = {
        option: model.Option(option, text(o.label), text(o.phrase), maybe(o.hint), o.order)
        for option, o in owner.options.items()
    }
    many = form.kind == "many"
    return model.Question(
        id=id_,
        many=many,
        required=form.required,
        most=(form.most or len(options)) if many else 1,
        label=text(form.label),
        short=text(form.short),
        options=options,
        clause=text(form.clause),
        unknown_clause=text(form.unknown_clause),
        more_clause=maybe(form.more_clause) or text(form.clause),
        less_clause=maybe(form.less_clause) or text(form.clause),
        none_clause=maybe(form.none_clause),
        control=form.control,
        hint=maybe(form.hint),
        error=maybe(form.error),
        none=maybe(form.none),
        not_sure=form.not_sure is not None,
        chips=form.layout == "chips",
        collapsed=form.collapsed,
        groups=tuple(
            model.Group(group.id, text(group.label), tuple(group.options)) for group in owner.groups
        ),
        ask_when=tuple(
            (question, frozenset(options))
            for alternative in form.ask_when
            for question, options in alternative.items()
        ),
    )


def layouts(file: files.CodeFile) -> tuple[model.Layout, ...]:
    return tuple(
        model.Layout(
            form.version,
            tuple(
                code.layout_part(
                    question,
                    part.options,
                    None if part.kind == "one" else part.most or len(part.options),
                    part.none,
                )
                for question, part in form.questions.items()
            ),
        )
        for form in file.layouts
    )


def types(file: content_files.TypesFile) -> dict[str, content.ChannelType]:
    return {
        id_: content.ChannelType(
            id=id_,
            name=text(form.name),
            in_sentence=text(form.in_sentence),
            gloss=text(form.gloss),
            best_known=tuple(form.best_known),
            what=text(form.what),
            relating=text(form.relating),
            uses=tuple(content.Use(use.id, text(use.text), tuple(use.source)) for use in form.uses),
        )
        for id_, form in file.types.items()
    }


def sources(file: content_files.SourcesFile) -> dict[str, content.Source]:
    return {
        id_: content.Source(
            id_, text(form.title), form.strength, maybe(form.place), form.year, form.url
        )
        for id_, form in file.sources.items()
    }


def rule(form: files.RuleForm, asked: model.Questionnaire) -> model.Rule:
    return model.Rule(
        id=form.id,
        kind=form.kind,
        when=_conditions(form.when),
        unless=_conditions(form.unless),
        reason=text(form.reason),
        sources=tuple(form.source),
        effects=dict(form.effects),
        exclude=tuple(form.exclude),
        close={type_: tuple(platforms) for type_, platforms in form.close.items()},
        warn=tuple(form.warn),
        examples=tuple(
            model.Example(
                read(asked, example.answers, require=()).values,
                example.fires,
                tuple(said(example)),
            )
            for example in form.examples
        ),
    )


def _conditions(form: Mapping[str, list[str]]) -> model.Conditions:
    return tuple((question, frozenset(options)) for question, options in form.items())


def scenarios(
    file: content_files.ScenariosFile, asked: model.Questionnaire
) -> tuple[content.Scenario, ...]:
    return tuple(
        content.Scenario(
            id=form.id,
            title=text(form.title),
            answers=read(asked, form.answers).values,
            sources=tuple(form.source),
            first=form.expect.get("first"),
            top_two=form.expect.get("top_two"),
        )
        for form in file.scenarios
    )


def contrasts(
    file: content_files.ContrastsFile, asked: model.Questionnaire
) -> tuple[content.Contrast, ...]:
    return tuple(
        content.Contrast(
            id=form.id,
            before=read(asked, form.answers),
            after=read(asked, {**form.answers, **form.change}),
            gap=(form.gap[0], form.gap[1]),
            grows=form.must == "grow",
            why=text(form.why),
            sources=tuple(form.source),
        )
        for form in file.contrasts
    )


def advice(file: content_files.TacticsFile) -> tuple[content.Advice, ...]:
    return tuple(
        content.Advice(
            id=form.id,
            types=tuple(form.types),
            kind=form.kind,
            when=_conditions(form.when),
            unless=_conditions(form.unless),
            text=text(form.text),
            sources=tuple(form.source),
        )
        for form in file.advice
    )


def platforms(file: content_files.PlatformsFile) -> dict[str, content.Platform]:
    return {
        id_: content.Platform(
            id=id_,
            name=form.name,
            types=tuple(form.types),
            markets=tuple(form.markets),
            reason=text(form.reason),
            sources=tuple(form.source),
            suits=_conditions(form.suits),
            objections=tuple(map(_objection, form.unadvised)),
        )
        for id_, form in file.platforms.items()
    }


def _objection(form: content_files.ObjectionForm) -> content.Objection:
    return content.Objection(
        _conditions(form.when), _conditions(form.unless), text(form.reason), tuple(form.source)
    )


def companions(file: content_files.PlatformsFile) -> dict[str, content.Platform]:
    return {
        id_: content.Platform(
            id_, form.name, (), tuple(form.markets), text(form.reason), tuple(form.source)
        )
        for id_, form in file.companions.items()
    }


def services(file: extension_files.ServicesFile | None) -> tuple[content.Service, ...]:
    """What an agency offers; nothing where its rules have no such file."""
    if file is None:
        return ()
    return tuple(
        content.Service(
            id=form.id,
            by=file.by,
            types=tuple(form.types),
            name=text(form.name),
            text=text(form.text),
            url=form.url,
        )
        for form in file.services
    )


def guide(file: content_files.GuideFile) -> tuple[content.Chapter, ...]:
    return tuple(
        content.Chapter(
            id=form.id,
            title=text(form.title),
            paragraphs=tuple(text(paragraph) for paragraph in form.paragraphs),
            leads_to=form.leads_to.to,
            leads_label=text(form.leads_to.label),
            sources=tuple(form.source),
        )
        for form in file.guide
    )


def scale(file: files.RulebookFile) -> model.Scale:
    bands = (
        ("strong", file.bands.strong),
        ("good", file.bands.good),
        ("possible", file.bands.possible),
    )
    ends, thresholds = file.scale, file.thresholds
    return model.Scale(ends.least, ends.most, bands, thresholds.tie, thresholds.clear)
