"""Formatted words of a file: what is kept, what is taken out, what is too much."""

import pytest

from intake.fhir.parsing import read_questionnaire
from intake.fhir.sanitising import LONGEST, html_of_markdown, plain_words, safe_html
from tests.factories.fhir_files import extension, item, resource


@pytest.mark.parametrize(
    ("markup", "safe"),
    [
        ("<b>bold</b> <i>words</i>", "<b>bold</b> <i>words</i>"),
        ('<p style="color:red" class="x" onclick="a()">hi</p>', "<p>hi</p>"),
        ('see <a href="https://example.org">there</a>', "see there"),
        ('<img src="https://example.org/x.png">look', "look"),
        ("<script>alert(1)</script>hi", "hi"),
        ("<style>p{}</style>hi", "hi"),
        ("<h1>Title</h1>", "<p>Title</p>"),
        ("<iframe src='x'></iframe><button>press</button>", "press"),
        ('<td colspan="2">a</td>', "a"),
        (
            '<table><tr><td colspan="2">a</td></tr></table>',
            '<table><tbody><tr><td colspan="2">a</td></tr></tbody></table>',
        ),
        ("<p>a<b>b", "<p>a<b>b</b></p>"),
        ("<!-- note -->a", "a"),
        ("<svg onload=alert(1)>a</svg>", "a"),
        ("<p> </p>", ""),
        ("<b>" * 3000, ""),
        ("x" * (LONGEST + 1), ""),
    ],
)
def test_safe_html(markup, safe):
    assert safe_html(markup) == safe


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**bold** and *soft*", "<p><strong>bold</strong> and <em>soft</em></p>"),
        ("[there](https://example.org)", "<p>there</p>"),
        ("![x](https://example.org/x.png) look", "<p>x look</p>"),
        ("<b>raw</b>", "<p>&lt;b&gt;raw&lt;/b&gt;</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("[" * 3000, ""),
        ("- a\n" * 500, ""),
    ],
)
def test_markdown(text, html):
    assert html_of_markdown(text) == html


def test_plain_words():
    assert plain_words("<p>a</p><p>b &amp; c</p>") == "a b & c"


def only(text, **more):
    (one,) = read_questionnaire(resource(item("a", "string", text, **more))).questionnaire.items
    return one.text, one.html


def test_words_of_an_item():
    markdown = {"_text": {"extension": [extension("rendering-markdown", valueMarkdown="a **b**")]}}

    assert only("plain < words") == ("plain < words", "")
    assert only("a b", **markdown) == ("a b", "<p>a <strong>b</strong></p>")
    assert only("<b>a</b><br/>b") == ("a b", "<b>a</b><br>b")
    assert only("x", _text={"extension": [extension("rendering-xhtml", valueString="x")]}) == (
        "x",
        "",
    )


def test_words_stand_only_in_the_markup():
    xhtml = extension("rendering-xhtml", valueString="<p>Only <b>here</b></p>")
    raw = {"linkId": "a", "type": "string", "_text": {"extension": [xhtml]}}
    (one,) = read_questionnaire(resource(raw)).questionnaire.items

    assert (one.text, one.html) == ("Only here", "<p>Only <b>here</b></p>")


def test_too_much_markup_is_told():
    xhtml = extension("rendering-xhtml", valueString="<b>x</b>" * 5000)
    reading = read_questionnaire(resource(item("a", "string", _text={"extension": [xhtml]})))

    assert reading.questionnaire.items[0].html == ""
    assert [finding.reason for finding in reading.warnings] == [
        "Some formatted text is too long to be formatted, and is shown plainly."
    ]
