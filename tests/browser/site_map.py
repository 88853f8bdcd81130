"""The pages that the browser tests visit, by name, and how a browser gets to each."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from recommender.engine import code
from recommender.engine.answers import read
from recommender.engine.model import Answers
from recommender.engine.rulebook import Rulebook

LANGUAGES = ("id", "en")
PHONE = {"width": 360, "height": 640}
DESK = {"width": 1280, "height": 900}

RISKY = {  # warnings of several kinds, and two types excluded
    "primary_goal": "customer_service",
    "organisation": "consumer_business",
    "audience_activity": ["asks_questions", "comments_chats"],
    "content_strengths": ["short_updates"],
    "response_time": "cannot_reply",
    "risk_exposure": ["sensitive_topics", "frequent_complaints", "misinformation_target"],
}

STEPS = ("step 1", "step 2", "step 3", "step 2 for a change")
RESULTS = ("example result", "risky result", "least result")
ERRORS = ("step 1 in error", "step 3 in error", "step 3 alone in error", "result in error")
OTHERS = ("sources", "not found", "wrong code", "old rules")


@dataclass(frozen=True)
class Site:
    """The running app, and addresses in it."""

    address: str
    rulebook: Rulebook

    @property
    def states(self) -> tuple[str, ...]:
        types = tuple(f"type {type_}" for type_ in self.rulebook.types)
        return (*STEPS, *RESULTS, *ERRORS, *types, *OTHERS)

    def code(self, answers: Answers | dict[str, Any]) -> str:
        """Also of a draft."""
        if isinstance(answers, dict):
            answers = read(self.rulebook.questionnaire, answers, require=())
        return code.encode(self.rulebook.layouts, answers)

    def path(self, state: str, lang: str) -> str:
        example = self.code(Answers(self.rulebook.example.answers))
        least = {
            q.id: [next(iter(q.options))] if q.many else next(iter(q.options))
            for q in self.rulebook.questionnaire.questions.values()
            if q.required
        }
        draft = {q: value for q, value in least.items() if q != "content_strengths"}
        rules = f"?v={self.rulebook.version}".replace("+", "%2B")
        path = {
            "step 1": "/",
            "step 1 in error": "/",
            "step 2": f"/2?a={example}",
            "step 3": f"/3?a={example}",
            "step 3 in error": f"/3?a={self.code(draft)}",
            "step 3 alone in error": "/3",
            "step 2 for a change": f"/2?a={example}&return=result",
            "example result": f"/r/{example}{rules}",
            "risky result": f"/r/{self.code(RISKY)}{rules}",
            "least result": f"/r/{self.code(least)}{rules}",
            "result in error": f"/r/{example}{rules}",
            "sources": "/sources",
            "not found": "/nowhere",
            "wrong code": "/r/0000",
            "old rules": f"/r/{example}?v=2020.01",
        }.get(state) or state.replace("type ", "/types/")
        return f"{path}{'&' if '?' in path else '?'}lang={lang}"

    def open(self, page: Page, state: str, lang: str) -> None:
        """Go to a page in a state; an error state by sending its form as it must not be."""
        page.goto(self.path(state, lang))
        if state == "result in error":
            # Together only without the script, which lets the one exclude the other.
            for value in ("-", "sensitive_topics"):
                box = page.locator(f"input[name=risk_exposure][value='{value}']")
                box.evaluate("box => { box.checked = true }")
        if state in ERRORS:
            page.locator("form button").click()
            page.locator("#problems").wait_for()


def open_all(page: Page) -> None:
    """Open everything that is folded."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")


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
