"""What is handed in comes out harmless, or not at all."""

from io import BytesIO

import pikepdf
import pytest
from PIL import Image
from pypdf import PdfReader

from portal.shared.wash import documents, pictures
from portal.shared.wash.kinds import JPEG, PDF, PNG, kind_of
from portal.shared.wash.limits import MOST_PAGES, MOST_POINTS
from portal.shared.wash.refusals import Reason, Refused
from tests.factories import handed_in
from tests.factories.handed_in import PLACE, jpeg, pdf, pdf_bomb, png, saved


def wash(content):
    kind = kind_of(content)
    return (documents if kind == PDF else pictures).washed(content, kind)[0]


def reason(content):
    with pytest.raises(Refused) as refused:
        wash(content)
    return refused.value.reason


def as_text(content):
    """Everything that stands in a PDF, unpacked."""
    with pikepdf.open(BytesIO(content)) as document:
        everything = pikepdf.StreamDecodeLevel.generalized
        plain = saved(document, qdf=True, compress_streams=False, stream_decode_level=everything)
    return plain.decode("latin-1")


@pytest.mark.parametrize(
    ("content", "kind"),
    [(jpeg(), JPEG), (png(), PNG), (pdf(), PDF), (b"\xef\xbb\xbf\r\n" + pdf(), PDF)],
)
def test_a_kind_is_told_by_how_the_file_begins(content, kind):
    assert kind_of(content) == kind


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", Reason.EMPTY),
        (b"\0" * 4000, Reason.EMPTY),
        (b" \r\n", Reason.EMPTY),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", Reason.UNKNOWN),
        (b"<!DOCTYPE html><script>alert(1)</script>", Reason.UNKNOWN),
        (b"<script>alert(1)</script>%PDF-1.7", Reason.UNKNOWN),
        (b"GIF89a" + bytes(40), Reason.UNKNOWN),
        (b"RIFF\x10\0\0\0WEBPVP8 ", Reason.UNKNOWN),
        (b"MZ\x90\0", Reason.UNKNOWN),
        (b"#!/bin/sh\nrm -rf", Reason.UNKNOWN),
        (b"PK\x03\x04\x14\0", Reason.OFFICE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Reason.OFFICE),
        (b"{\\rtf1 words}", Reason.OFFICE),
        (b"\0\0\0\x18ftypheic\0\0\0\0", Reason.APPLE),
    ],
)
def test_anything_else_is_refused_with_its_reason(content, why):
    assert reason(content) is why


def test_a_picture_comes_out_upright_and_says_nothing_of_place_time_or_camera():
    before = handed_in.jpeg_of_a_phone()
    assert PLACE.encode() in before

    after = wash(before)

    with Image.open(BytesIO(after)) as picture:
        assert picture.size == (40, 60)
        assert dict(picture.getexif()) == {}
        assert "comment" not in picture.info
        right, left = picture.getpixel((35, 30)), picture.getpixel((5, 30))
    assert right[1] < 60
    assert left[1] > 200
    assert PLACE.encode() not in after
    assert b"Exif" not in after


def test_a_png_keeps_what_can_be_seen_through_and_loses_its_texts():
    after = wash(png(mode="RGBA"))

    with Image.open(BytesIO(after)) as picture:
        assert (picture.mode, picture.getpixel((3, 3))) == ("RGBA", (200, 40, 40, 90))
        assert picture.info == {}
    assert PLACE.encode() not in after


@pytest.mark.parametrize(
    ("mode", "comes_out"),
    [("1", "1"), ("L", "L"), ("P", "RGB"), ("LA", "RGBA"), ("I;16", "L"), ("RGB", "RGB")],
)
def test_pngs_of_every_kind_are_drawn_anew(mode, comes_out):
    with Image.open(BytesIO(wash(png(mode=mode)))) as picture:
        assert (picture.mode, picture.size) == (comes_out, (60, 40))


@pytest.mark.parametrize(("mode", "comes_out"), [("L", "L"), ("CMYK", "RGB"), ("RGB", "RGB")])
def test_jpegs_of_every_kind_are_drawn_anew(mode, comes_out):
    with Image.open(BytesIO(wash(jpeg(mode=mode)))) as picture:
        assert (picture.mode, picture.size) == (comes_out, (60, 40))


@pytest.mark.parametrize("picture", [jpeg(), png()])
def test_what_was_glued_to_a_picture_is_gone(picture):
    glued = picture + b"<script>alert('loud')</script>PK\x03\x04loud.exe"

    assert b"loud" not in wash(glued)


@pytest.mark.parametrize("picture", [jpeg((400, 300)), png((400, 300))])
def test_a_picture_that_was_cut_off_is_refused(picture):
    assert reason(picture[: len(picture) // 2]) is Reason.BROKEN
    assert reason(picture[:12]) is Reason.BROKEN


@pytest.mark.parametrize("side", [7_072, 60_000, 2_000_000_000])
def test_a_picture_that_claims_to_be_huge_is_never_unpacked(side):
    assert side * side > MOST_POINTS
    assert reason(handed_in.png_that_claims(side, side)) is Reason.POINTS


def test_a_pdf_keeps_what_shows_and_loses_what_acts():
    before = handed_in.pdf_with_everything()
    assert all(word in as_text(before) for word in LOUD)

    after = wash(before)

    text = as_text(after)
    assert [word for word in LOUD if word in text] == []
    pages = PdfReader(BytesIO(after)).pages
    assert [page.extract_text() for page in pages] == ["Kept words", "Kept words"]
    with pikepdf.open(BytesIO(after)) as document:
        assert set(document.Root.keys()) <= documents.CATALOGUE
        assert set(document.Root.Names.keys()) == {"/Dests"}
        assert list(document.attachments) == []
        annotations = list(document.pages[0].Annots)
        actions = [str(one.A.S) for one in annotations if "/A" in one]
        fields = {str(field.T): field for field in document.Root.AcroForm.Fields}
    assert len(annotations) == 7
    assert actions == ["/GoTo"]
    assert set(fields) == {"name", "send"}


LOUD = (
    "JavaScript", "alert", "loud", "Launch", "evil.exe", "example.com", "SubmitForm", "XFA",
    "hidden-file", "second-file", "EmbeddedFile", "RichMedia", "FileAttachment", "server/share",
    "/Print", PLACE,
)  # fmt: skip


def test_what_was_filled_in_stays_in_a_form():
    with pikepdf.open(BytesIO(wash(handed_in.pdf_with_everything()))) as document:
        assert str(document.Root.AcroForm.Fields[0].V) == "Filled in"
        assert set(document.Root.AcroForm.keys()) == {"/Fields"}


def test_a_washed_pdf_stays_as_it_is_when_it_is_washed_again():
    once = wash(handed_in.pdf_with_everything())

    assert as_text(wash(once)).count("obj") == as_text(once).count("obj")


@pytest.mark.parametrize("passwords", [{"user": "secret"}, {"owner": "secret"}])
def test_a_pdf_with_a_password_is_refused(passwords):
    assert reason(handed_in.locked_pdf(**passwords)) is Reason.LOCKED


def test_a_pdf_has_as_many_pages_as_a_person_may_read():
    assert documents.washed(pdf(MOST_PAGES), PDF)[1] == MOST_PAGES
    assert reason(pdf(MOST_PAGES + 1)) is Reason.PAGES


@pytest.mark.parametrize("keep", [0.3, 0.7, 0.95])
def test_a_pdf_that_was_cut_off_is_refused_and_not_mended(keep):
    whole = pdf(9)

    assert reason(whole[: int(len(whole) * keep)]) is Reason.BROKEN


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7",
        b"%PDF-1.7\n<html><script>alert(1)</script></html>",
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[2 0 R]"
        b"/Count 1>>endobj trailer<</Root 1 0 R>>",
        b"%PDF-1.7\n" + b"[" * 100_000,
    ],
)
def test_what_only_begins_like_a_pdf_is_refused(content):
    assert reason(content) is Reason.BROKEN


def test_a_pdf_without_pages_is_refused():
    assert reason(saved(pikepdf.new())) is Reason.BROKEN


def test_what_was_glued_to_a_pdf_is_gone():
    assert b"loud" not in wash(pdf() + b"\nPK\x03\x04loud.exe<script>loud</script>")


def test_a_stream_that_unpacks_to_too_much_is_refused():
    assert reason(pdf_bomb(300)) is Reason.EFFORT


def test_a_stream_that_is_packed_twice_is_refused():
    assert reason(pdf_bomb(1, twice=True)) is Reason.EFFORT


def test_a_picture_in_a_pdf_may_not_claim_to_be_huge():
    document = handed_in.a_document()
    document.pages[0].obj.Resources.XObject = pikepdf.Dictionary(
        Im1=document.make_stream(b"", Subtype=pikepdf.Name.Image, Width=90_000, Height=90_000)
    )

    assert reason(saved(document)) is Reason.EFFORT


def test_data_in_another_file_are_not_asked_for():
    document = handed_in.a_document()
    stream = document.make_stream(b"", F=pikepdf.String("/etc/passwd"))
    document.pages[0].obj.Resources.XObject = pikepdf.Dictionary(Im1=stream)

    assert "passwd" not in as_text(wash(saved(document)))
