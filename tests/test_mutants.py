"""Slips in the shipped rules: `rules check` and `rules test` notice nearly all of them."""

import os

import pytest
from mutants import Mutant, drawn

from recommender.engine.rulebook import Rulebook
from recommender.rulebook import shipped
from recommender.rulebook.check import check
from recommender.rulebook.expectations import failures
from recommender.rulebook.findings import Findings
from recommender.rulebook.load import load_folder, rulebook_of
from recommender.rulebook.names import RulesFolder
from recommender.rulebook.review import judge

EACH = int(os.environ.get("RULE_SLIPS", "15"))
"""Of each of the four kinds; 75 in the long form."""
SURVIVORS: set[str] = set()
"""What is not noticed; docs/rules.md explains why."""


def noticed(mutant: Mutant, folder: RulesFolder, rulebook: Rulebook) -> bool:
    """Whether a check finds it (warnings aside), or an example, scenario or contrast fails.

    Digests are not looked at: the rulebook keeps its own.
    """
    changed, findings = mutant.within(folder), Findings()
    check(changed, findings)
    if findings:
        return True
    made = rulebook_of(changed, rulebook.version, rulebook.digest)
    judge(changed, made, findings)
    return any(not finding.warning for finding in findings.all()) or bool(failures(made))


@pytest.mark.slow
def test_slips_in_the_shipped_rules_are_noticed():
    folder, rulebook = load_folder(shipped())
    tried = drawn(folder, rulebook.questionnaire, EACH)

    survivors = {
        mutant.what
        for mutants in tried.values()
        for mutant in mutants
        if not noticed(mutant, folder, rulebook)
    }

    assert sum(map(len, tried.values())) == 4 * EACH
    assert survivors == SURVIVORS


@pytest.mark.slow
def test_the_rules_as_they_stand_are_not_noticed():
    folder, rulebook = load_folder(shipped())
    _, number, form = next(
        (file, at, one)
        for file in folder.rules_files()
        for at, one in enumerate(folder.forms[file].rules)
    )
    same = Mutant("nothing changed", folder.rules_files()[0], number, form)

    assert not noticed(same, folder, rulebook)
