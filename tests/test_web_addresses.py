"""Addresses that are kept: each reader gets her own, as Flask itself would write it."""

import re

import pytest
from flask import Flask, url_for
from forms import app_with

from recommender.web.page import _address, link

CODES = ("13P8-VN9R-ZKTB-D17C", "0000-0000")


@pytest.fixture(autouse=True)
def _nothing_kept():
    _address.cache_clear()


@pytest.mark.parametrize(
    ("endpoint", "values"),
    [
        pytest.param(
            "result.show", {"code": CODES[0], "from": CODES[1], "v": "1+x"}, id="a result"
        ),
        pytest.param("questionnaire.show", {"number": 2, "a": CODES[0]}, id="a page of questions"),
        pytest.param("result.show", {"code": "ü/..?&=", "a": CODES[0]}, id="an odd code"),
        pytest.param("compare.show", {"a": "x y", "b": CODES[0]}, id="two people"),
        pytest.param("reading.guide", {"lang": "en"}, id="a page of nobody"),
    ],
)
def test_an_address_is_what_flask_makes_of_the_same_values(app: Flask, endpoint, values):
    with app.test_request_context("/"):
        for _ in range(2):  # made, then kept
            assert link(endpoint, **values) == url_for(endpoint, **values)


def test_readers_share_an_address_that_is_kept_and_each_finds_her_own_code_in_it(app: Flask):
    with app.test_request_context("/"):
        made = [link("questionnaire.show", number=2, a=code) for code in CODES]

    assert made == [f"/2?a={code}" for code in CODES]
    assert _address.cache_info().currsize == 1


@pytest.mark.slow
def test_below_a_form_each_reader_finds_her_own_token_in_every_address_and_no_other(store):
    client = app_with(store).test_client()
    pages = [client.get(f"/f/kopi/r/{CODES[0]}").text for _ in range(2)]
    tokens = [{*re.findall(r"[?;]t=([\w.-]+)", page)} for page in pages]

    assert [len(found) for found in tokens] == [1, 1]
    assert tokens[0] != tokens[1]
    assert pages[0].count(*tokens[0]) == pages[1].count(*tokens[1]) > 20
