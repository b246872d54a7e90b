"""The document carries what PDF/UA-1 asks for, and defects of a template are refused."""

import hashlib
import io
import shutil
import subprocess

import pikepdf
import pytest

from portal.shared import pdf

BODY = """
<h1>Title</h1><h2>Part</h2><p>Text with a <a href="#end">link</a>.</p>
<table><caption>Answers</caption>
<thead><tr><th scope="col">Question</th><th scope="col">Answer</th></tr></thead>
<tbody><tr><th scope="row">Sleep</th><td>Well</td></tr></tbody></table>
<ul><li>one</li></ul><p id="end">End</p>
"""


@pytest.fixture
def document(draw):
    return draw(BODY)


@pytest.fixture
def opened(document):
    with pikepdf.open(io.BytesIO(document.content)) as file:
        yield file


def test_it_says_that_it_is_accessible(opened):
    assert opened.open_metadata().get("pdfuaid:part") == "1"
    assert opened.Root.MarkInfo.Marked is True
    assert str(opened.Root.Lang) == "en"
    assert opened.Root.ViewerPreferences.DisplayDocTitle is True
    assert str(opened.docinfo["/Title"]) == "T"


def test_each_table_header_says_what_it_heads(opened):
    headers = [
        (str(thing.P.P.S), str(thing.A.Scope))
        for thing in opened.objects
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == pikepdf.Name.TH
    ]
    assert sorted(headers) == [
        ("/TBody", "/Row"),
        ("/THead", "/Column"),
        ("/THead", "/Column"),
    ]


def test_headings_lists_and_tables_are_tagged(opened):
    kinds = {
        str(thing.S)
        for thing in opened.objects
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == pikepdf.Name.StructElem
    }
    assert {"/H1", "/H2", "/P", "/L", "/LI", "/Link", "/Table", "/Caption", "/TD"} <= kinds


def test_the_file_is_sound_and_its_hash_is_of_its_bytes(document, tmp_path):
    path = tmp_path / "document.pdf"
    path.write_bytes(document.content)
    qpdf = shutil.which("qpdf")
    checked = qpdf and subprocess.run([qpdf, "--check", path], capture_output=True, text=True)
    assert not checked or (checked.returncode, checked.stderr) == (0, "")
    assert pikepdf.open(path).check_pdf_syntax() == []
    assert document.sha256 == hashlib.sha256(document.content).hexdigest()
    assert document.pages == 1
    assert document.warnings == ()


def test_the_same_words_are_the_same_bytes(draw, document):
    assert draw(BODY).sha256 == document.sha256
    assert draw(BODY + "<p>more</p>").sha256 != document.sha256


def test_paper_is_us_letter(opened):
    assert [float(side) for side in opened.pages[0].mediabox] == [0, 0, 612, 792]


@pytest.mark.parametrize(
    "body",
    [
        '<img src="packet:cover.svg">',
        '<a href="#nowhere">link</a>',
    ],
)
def test_a_defect_of_the_template_is_refused(draw, body):
    with pytest.raises(pdf.TemplateDefect):
        draw(body)
