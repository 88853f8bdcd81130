"""The JSON Schemas for editors: driven with good and bad files, as an editor reads them."""

import json
import re
from functools import cache
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from folders import RULE, add_rule, edit
from jsonschema import Draft7Validator
from profiles import load_once, shipped_rulebook

from recommender.cli import main
from recommender.rulebook import load, shipped
from recommender.rulebook.schema import FOLDER, extends, first_line, outdated, schemas, write

OWN = Path(__file__).parent.parent / "docs" / "examples" / "own-rules"
SHIPPED = sorted(shipped().glob("*.yaml"))


class Core(yaml.CSafeLoader):
    """YAML 1.2, as editors read it: `yes` is a text, `2` a number, `true` neither."""

    yaml_implicit_resolvers: dict = {}


for kind, pattern, first in (
    ("bool", r"(?i:true|false)$", "tTfF"),
    ("int", r"[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*)$", "-+.0123456789"),
    ("null", r"(~|null|)$", ["~", "n", ""]),
):
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{kind}", re.compile(pattern), list(first))


@cache
def validator(name: str) -> Draft7Validator:
    schema = json.loads(schemas(shipped_rulebook())[name])
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


def schema_of(text: str) -> Draft7Validator:
    """The schema that the first line of a file leads an editor to."""
    [name] = re.findall(rf"^# yaml-language-server: \$schema={FOLDER}/(\w+\.json)\n", text)
    return validator(name)


def wrong(text: str) -> list[str]:
    """Where an editor marks a file, as `place: what`."""
    found = []
    for error in schema_of(text).iter_errors(yaml.load(text, Core)):
        deepest = max(error.context, key=lambda one: len(one.path), default=error)
        place = ".".join(map(str, deepest.absolute_path))
        found.append(f"{place}: {deepest.message}")
    return sorted(found)


def shipped_text(file: str) -> str:
    return (shipped() / file).read_text("utf-8")


def test_the_schemas_in_the_shipped_folder_are_those_of_its_rulebook():
    """After a change of rules: `recommender rules schema`."""
    assert outdated(shipped(), schemas(shipped_rulebook())) == []


@pytest.mark.slow
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_a_shipped_file_names_its_schema_and_fits_it(path):
    text = path.read_text("utf-8")

    assert text.startswith(first_line(path.name) + "\n")
    assert wrong(text) == []


def test_a_file_in_a_folder_of_its_own_is_led_up_to_the_schema():
    line = first_line("more/mine.yaml")

    assert line == "# yaml-language-server: $schema=../.schema/rules.json"


# Each row: a file, what is replaced in it, where an editor marks it, and a word of what it says.
BAD = [
    pytest.param(
        "goals.yaml", "when: {goal:", "wen: {goal:", "rules.0", "'when' is a required", id="a key"
    ),
    pytest.param(
        "goals.yaml",
        "    effects: {blog: 8}\n",
        "    effects: {blog: 2.5}\n",
        "rules.0.effects.blog",
        "integer",
        id="half a point",
    ),
    pytest.param(
        "goals.yaml", "{blog: 8}", "{blog: 21}", "rules.0.effects.blog", "maximum", id="21 points"
    ),
    pytest.param("goals.yaml", "{blog: 8}", "{blogs: 8}", "rules.0.effects", "blogs", id="a type"),
    pytest.param(
        "goals.yaml",
        "{goal: audience_education}",
        "{goal: educaton}",
        "rules.0.when.goal",
        "educaton",
        id="an option",
    ),
    pytest.param(
        "goals.yaml",
        "{goal: audience_education}",
        "{gaol: audience_education}",
        "rules.0.when",
        "gaol",
        id="a question",
    ),
    pytest.param(
        "goals.yaml", "{goal: audience_education}", "{}", "rules.0.when", "non-empty", id="no when"
    ),
    pytest.param(
        "goals.yaml",
        "source: [seed-b-blog]",
        "source: [seed-b-blok]",
        "rules.0.source.0",
        "seed-b-blok",
        id="a source",
    ),
    pytest.param(
        "goals.yaml",
        "{primary_goal: audience_education}, fires: yes",
        "{primary_goal: audience_education}, fires: true",
        "rules.0.examples.0.fires",
        "True",
        id="true for yes",
    ),
    pytest.param(
        "goals.yaml",
        "{primary_goal: audience_education}",
        "{primary_goal: [audience_education]}",
        "rules.0.examples.0.answers.primary_goal",
        "is not one of",
        id="a list for one",
    ),
    pytest.param(
        "goals.yaml",
        "secondary_goals: [audience_education]",
        "secondary_goals: audience_education",
        "rules.0.examples.1.answers.secondary_goals",
        "not of type 'array'",
        id="one for a list",
    ),
    pytest.param(
        "goals.yaml",
        "- id: blog-educates-market",
        "- id: Blog educates",
        "rules.0.id",
        "does not match",
        id="an id",
    ),
    pytest.param(
        "goals.yaml",
        '      id: "Anda ingin audiens memahami',
        '      in: "Anda ingin audiens',
        "rules.0.reason",
        "'id' is a required",
        id="a language",
    ),
    pytest.param(
        "rulebook.yaml",
        "example: fashion-brand",
        "example: fashion",
        "example",
        "fashion",
        id="a scenario",
    ),
    pytest.param(
        "rulebook.yaml",
        "example: fashion-brand",
        "example: 5",
        "example",
        "5 is not one of",
        id="a number for a name",
    ),
    pytest.param(
        "platforms.yaml",
        "markets: [indonesia,",
        "markets: [indonesia_,",
        "platforms.wordpress.markets.0",
        "indonesia_",
        id="a market",
    ),
    pytest.param(
        "guide.yaml", "to: questionnaire", "to: home", "guide.0.leads_to.to", "home", id="a place"
    ),
    pytest.param(
        "sources.yaml",
        "strength: seed",
        "strength: gossip",
        "sources.seed-b-intro.strength",
        "gossip",
        id="a strength",
    ),
    pytest.param(
        "questionnaire.yaml",
        "required: yes",
        "required: true",
        "questions.primary_goal.required",
        "True",
        id="true for required",
    ),
    pytest.param(
        "contrasts.yaml", "must: shrink", "must: sink", "contrasts.0.must", "sink", id="a direction"
    ),
    pytest.param(
        "scenarios.yaml",
        "expect: {first:",
        "expect: {frist:",
        "scenarios.0.expect",
        "frist",
        id="an expectation",
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(("file", "old", "new", "place", "word"), BAD)
def test_an_editor_marks_what_is_wrong_where_it_stands(file, old, new, place, word):
    assert old in shipped_text(file)

    said = wrong(shipped_text(file).replace(old, new, 1))

    assert {words.split(": ")[0] for words in said} == {place}
    assert word in said[0]


def test_every_key_of_every_form_is_explained_in_an_editor():
    """Its words stand in `hovers`."""
    for schema in map(json.loads, schemas(shipped_rulebook()).values()):
        for form in (schema, *schema["$defs"].values()):
            keys = form.get("properties", {})
            assert [key for key, one in keys.items() if not one["description"]] == []


def test_an_option_is_completed_with_its_words_in_both_languages():
    pace = validator("rules.json").schema["$defs"]["options.pace"]
    words = dict(zip(pace["enum"], pace["enumDescriptions"], strict=True))

    asked = shipped_rulebook().questionnaire.questions["pace"].options["daily"].label
    assert words["daily"] == f"{asked['en']} / {asked['id']}"


@pytest.mark.slow
def test_a_folder_gets_the_schemas_of_its_own_names(rules_folder):
    edit(
        rules_folder,
        "sources.yaml",
        "sources:\n",
        "sources:\n  our-numbers:\n    title: {en: Ours, id: Punya kami}\n    strength: survey\n",
    )
    add_rule(rules_folder, RULE.replace("seed-b-blog", "our-numbers"))

    said = CliRunner().invoke(main, ["rules", "schema", str(rules_folder), "--lang", "en"])

    assert said.exit_code == 0
    written = (rules_folder / FOLDER / "rules.json").read_text("utf-8")
    assert '"our-numbers"' in written
    assert load(rules_folder).digest == load(rules_folder).digest
    assert outdated(rules_folder, schemas(load(rules_folder))) == []


@pytest.mark.slow
def test_the_schemas_are_no_part_of_the_rules(rules_folder):
    before = load(rules_folder).digest
    write(rules_folder, {"rules.json": "{}\n"})

    assert load(rules_folder).digest == before


@pytest.mark.slow
def test_a_schema_that_is_out_of_date_is_named_with_what_to_do(rules_folder):
    write(rules_folder, {**schemas(shipped_rulebook()), "rules.json": "{}\n"})
    (rules_folder / FOLDER / "types.json").unlink()

    command = ["rules", "schema", str(rules_folder), "--check", "--lang", "en"]
    refused = CliRunner().invoke(main, command)

    assert refused.exit_code == 2
    assert [line.split(": ")[0] for line in refused.stderr.splitlines()] == [
        f"{Path(rules_folder, FOLDER, name)}:1" for name in ("rules.json", "types.json")
    ]
    assert f"recommender rules schema {rules_folder}" in refused.stderr
    assert (rules_folder / FOLDER / "rules.json").read_text() == "{}\n"


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(OWN.glob("*.yaml")), ids=lambda path: path.name)
def test_the_example_of_own_rules_fits_the_schemas_of_a_folder_that_extends(path):
    assert extends(OWN)
    schema = schemas(load_once(OWN), extends=True)[f"{path.stem}.json"]

    found = Draft7Validator(json.loads(schema)).iter_errors(
        yaml.load(path.read_text("utf-8"), Core)
    )
    assert [error.message for error in found] == []
