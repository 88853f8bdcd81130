"""The pages that the ready-made site and every form have."""

from recommender.web import compare, questionnaire, reading, report, result, rule_pages, sheet

ROOMS = (questionnaire, result, compare, reading, rule_pages, sheet, report)
