"""The packet as a booklet: pages, bookmarks, contents, tags, and how to check it."""

import io
import re
from itertools import pairwise

import pikepdf

from intake.consent_texts import ORDER
from intake.models import PacketCopy
from intake.verification import PATTERN
from portal.shared.pdf.qr import qr_svg
from tests.factories.consents import NAME
from tests.unit.shared.pdf.reading import BODY, text_of

QR_WORDS = "QR code that leads to the address beside it"


def test_it_is_a_booklet_of_letter_pages_with_bookmarks_and_tags(drawn, client_copy):
    with pikepdf.open(io.BytesIO(client_copy)) as pdf:
        assert len(pdf.pages) == drawn[PacketCopy.CLIENT].pages
        assert {tuple(map(float, page.mediabox)) for page in pdf.pages} == {(0, 0, 612, 792)}
        titles = [str(item.title) for item in pdf.open_outline().root]
        assert titles[:3] == ["Contents", "About you", "What brings you"]
        assert titles[-2:] == ["Good Faith Estimate", "About this packet"]
        assert pdf.open_metadata().get("pdfuaid:part") == "1"
        assert all("/StructParents" in page.obj for page in pdf.pages)


def test_the_contents_name_the_page_of_each_part(client_copy):
    listed = text_of(client_copy).split("Contents")[1].split("If it cannot wait")[0].split()
    with pikepdf.open(io.BytesIO(client_copy)) as pdf:
        pages = {str(item.title): _page_number(pdf, item) for item in pdf.open_outline().root}
    numbers = [str(page) for title, page in pages.items() if title != "Contents"]
    assert set(numbers) <= set(listed)
    assert pages["About you"] == 3


def test_headings_never_skip_a_level_and_pictures_have_words(client_copy, therapist_copy):
    for content in (client_copy, therapist_copy):
        with pikepdf.open(io.BytesIO(content)) as pdf:
            elements = list(_elements(pdf.Root.StructTreeRoot))
        levels = [int(str(e.S)[2]) for e in elements if re.fullmatch("/H[1-6]", str(e.S))]
        figures = [str(e.Alt) for e in elements if str(e.S) == "/Figure"]
        assert levels[:2] == [1, 2]
        assert all(after <= before + 1 for before, after in pairwise(levels))
        assert figures == [f"Drawn signature of {NAME}"] * len(ORDER) + [QR_WORDS]


def test_each_link_is_tagged_as_a_link(client_copy):
    """PDF/UA-1 clause 7.18.5: a floated or boxed piece of a link would stand outside of it."""
    with pikepdf.open(io.BytesIO(client_copy)) as pdf:
        links = [e for e in _elements(pdf.Root.StructTreeRoot) if str(e.S) == "/Link"]
        tagged = {
            kid.Obj.objgen
            for link in links
            for kid in link.K
            if isinstance(kid, pikepdf.Dictionary) and "/Obj" in kid
        }
        drawn = {note.objgen for page in pdf.pages for note in page.obj.get("/Annots", [])}
    assert len(drawn) >= 12
    assert drawn == tagged


def _elements(node):
    """Everything tagged, in reading order."""
    children = node.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from _elements(child)


def test_the_last_page_says_how_to_check_it(client_copy):
    text = " ".join(text_of(client_copy, *BODY).split())
    (printed,) = set(re.findall(f"Its code is ({PATTERN})", text))
    assert f"http://testserver/verify/{printed}" in "".join(text.split())


def test_the_qr_code_has_the_quiet_zone_that_cameras_need():
    svg = qr_svg("http://testserver/verify/K7QF-K7QF-K7QF-K7QF-K7QF").decode()
    dark = re.findall(r"M(\d+) (\d+)h(\d+)", svg)
    side = int(re.search(r"viewBox=\"0 0 (\d+)", svg)[1])
    assert len(dark) > 200
    assert all(
        int(x) >= 4 and int(x) + int(w) <= side - 4 and 4 <= int(y) < side - 4 for x, y, w in dark
    )


def _page_number(pdf, item) -> int:
    destination = item.destination if item.destination is not None else item.action.D
    target = destination[0]
    return [page.obj.objgen for page in pdf.pages].index(target.objgen) + 1
