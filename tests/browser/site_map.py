"""The pages that the browser tests visit, by name, and how a browser gets to each."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from playwright.sync_api import Page

from recommender import resources
from recommender.engine import code
from recommender.engine.answers import read
from recommender.engine.model import Answers
from recommender.engine.rulebook import Rulebook
from recommender.render.view import view
from recommender.rulebook.cases import read_cases

LANGUAGES = ("id", "en")
PHONE = {"width": 360, "height": 640}
DESK = {"width": 1280, "height": 900}

CASES = resources.cases()

RISKY = {  # warnings of several kinds, two types excluded, and none that fits well
    "primary_goal": "customer_service",
    "organisation": "consumer_business",
    "audience_activity": ["asks_questions", "comments_chats"],
    "content_strengths": ["short_updates"],
    "response_time": "cannot_reply",
    "risk_exposure": ["sensitive_topics", "frequent_complaints", "misinformation_target"],
}

STEPS = ("step 1", "step 2", "step 3", "step 2 for a change")
RESULTS = (
    "example result",
    "risky result",
    "least result",
    "narrow result",
    "tied result",
    "tried result",
)
ERRORS = ("step 1 in error", "step 3 in error", "step 3 alone in error", "refine in error")
COMPARES = ("two types", "three types", "two people", "the same person twice")
RULES = ("all rules", "some rules", "rule with cases", "rule without points", "accuracy")
OTHERS = (
    *("refine", "sheet", "guide", "sources", "accessibility", "docs"),
    *("not found", "wrong code", "old rules"),
)


@dataclass
class Site:
    """The running app, and addresses in it."""

    address: str
    rulebook: Rulebook

    @property
    def states(self) -> tuple[str, ...]:
        types = tuple(f"type {type_}" for type_ in self.rulebook.types)
        return (*STEPS, *RESULTS, *ERRORS, *COMPARES, *types, *RULES, *OTHERS)

    @cached_property
    def cases(self) -> list[Answers]:
        """The answers of real cases, which people gave who did not think of this product."""
        return [case.answers for case in read_cases(self.rulebook, "", CASES.read_bytes())]

    @cached_property
    def answers(self) -> dict[str, Answers]:
        """Whose results are visited: together of each confidence and each form of a headline."""
        questionnaire = self.rulebook.questionnaire
        least = {
            q.id: [next(iter(q.options))] if q.many else next(iter(q.options))
            for q in questionnaire.questions.values()
            if q.required
        }
        return {
            "example": Answers(self.rulebook.example.answers),
            "risky": read(questionnaire, RISKY),
            "least": read(questionnaire, least),
            "narrow": self._case_of("narrow"),
            "tied": self._case_of("tie"),
        }

    def _case_of(self, label: str) -> Answers:
        shown = (view(self.rulebook, answers, "en") for answers in self.cases)
        return next(made.answers for made in shown if made.explained.confidence.label == label)

    @cached_property
    def tried(self) -> str:
        """The code of a change to the narrow result that changes the first place."""
        return view(self.rulebook, self.answers["narrow"], "en").what_ifs[0].code

    def code(self, answers: Answers | dict[str, Any]) -> str:
        """Also of a draft."""
        if isinstance(answers, dict):
            answers = read(self.rulebook.questionnaire, answers, require=())
        return code.encode(self.rulebook.layouts, answers)

    def path(self, state: str, lang: str) -> str:
        codes = {who: self.code(answers) for who, answers in self.answers.items()}
        example = codes["example"]
        given = self.answers["least"].values.items()
        draft = Answers({q: value for q, value in given if q != "content_strengths"})
        rules = f"?v={self.rulebook.version}".replace("+", "%2B")
        path = {
            "step 1": "/",
            "step 1 in error": "/",
            "step 2": f"/2?a={example}",
            "step 3": f"/3?a={example}",
            "step 3 in error": f"/3?a={self.code(draft)}",
            "step 3 alone in error": "/3",
            "step 2 for a change": f"/2?a={example}&return=result",
            **{f"{who} result": f"/r/{code}{rules}" for who, code in codes.items()},
            "tried result": f"/r/{self.tried}{rules}&from={codes['narrow']}",
            "refine": f"/refine?a={example}",
            "refine in error": f"/refine?a={example}",
            "sheet": f"/r/{example}/sheet",
            "two types": f"/compare?a={codes['risky']}",
            "three types": f"/compare?a={example}&type=blog&type=forum&type=microblog",
            "two people": f"/compare?a={example}&b={codes['narrow']}",
            "the same person twice": f"/compare?a={example}&b={example}",
            "guide": "/guide",
            "sources": "/sources",
            "accessibility": "/accessibility",
            "docs": "/docs",
            "all rules": "/rules",
            "some rules": "/rules?type=blog&question=audience_activity",
            "rule with cases": "/rules/readers-suit-blog",
            "rule without points": "/rules/no-coverage-closes-wikipedia",
            "accuracy": "/accuracy",
            "not found": "/nowhere",
            "wrong code": "/r/0000",
            "old rules": f"/r/{example}?v=2020.01",
        }.get(state) or state.replace("type ", "/types/")
        return f"{path}{'&' if '?' in path else '?'}lang={lang}"

    def open(self, page: Page, state: str, lang: str) -> None:
        """Go to a page in a state; an error state by sending its form as it must not be."""
        page.goto(self.path(state, lang))
        if state == "refine in error":
            # Together only without the script, which lets the one exclude the other.
            for value in ("-", "sensitive_topics"):
                box = page.locator(f"input[name=risk_exposure][value='{value}']")
                box.evaluate("box => { box.checked = true }")
        if state in ERRORS:
            with page.expect_navigation():
                page.locator("form[method=post] button").click()
            page.locator("#problems").wait_for()


def restyle(page: Page, css: str) -> None:
    """Add a style sheet the way a reader's browser would: past the page's policy."""
    page.evaluate(
        """(css) => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(css);
            document.adoptedStyleSheets = [sheet];
        }""",
        css,
    )
