"""The questionnaire as plain values, for programs that build a form of their own."""

from typing import Any

from recommender.engine.model import Question, Questionnaire


def questionnaire_object(questionnaire: Questionnaire) -> dict[str, Any]:
    """Steps in order, and questions with their options, limits and words in both languages."""
    return {
        "steps": [
            {
                "id": step.id,
                "title": step.title,
                "lead": step.lead,
                "questions": step.questions,
                "optional": step.optional,
            }
            for step in questionnaire.steps
        ],
        "questions": [_question(question) for question in questionnaire.questions.values()],
    }


def _question(question: Question) -> dict[str, Any]:
    return {
        "id": question.id,
        "kind": "many" if question.many else "one",
        "required": question.required,
        "most": question.most,
        "label": question.label,
        "hint": question.hint,
        "none": question.none,
        "options": [
            {"id": option.id, "label": option.label, "hint": option.hint, "order": option.order}
            for option in question.options.values()
        ],
    }
