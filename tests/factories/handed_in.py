"""Documents as people hand them in, and as those do who mean no good."""

import struct
import zlib
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image, PngImagePlugin

from accounts.models import Client
from intake.models import Upload
from intake.services.uploads import keep
from portal.shared.harmless import Harmless

HANDED_IN_AT = datetime(2027, 1, 2, 15, 0, tzinfo=UTC)
PLACE = "Central Park West"
"""Stands in the metadata of the pictures below."""


def jpeg(size: tuple[int, int] = (60, 40), *, mode: str = "RGB", **options: Any) -> bytes:
    file = BytesIO()
    Image.new(mode, size, _colour(mode)).save(file, "JPEG", **options)
    return file.getvalue()


def jpeg_of_a_phone() -> bytes:
    """Lying on its side, with the place where it was taken and the camera that took it."""
    told = Image.Exif()
    told[0x0112] = 6  # turned by a quarter
    told[0x010F] = PLACE
    told.get_ifd(0x8825).update({1: "N", 2: (40.0, 46.0, 54.0), 3: "W", 4: (73.0, 58.0, 1.0)})
    picture = Image.new("RGB", (60, 40), "white")
    picture.paste("red", (0, 0, 60, 20))  # the upper half
    file = BytesIO()
    picture.save(file, "JPEG", exif=told, comment=PLACE.encode(), quality=95)
    return file.getvalue()


def png(size: tuple[int, int] = (60, 40), *, mode: str = "RGB", **options: Any) -> bytes:
    told = PngImagePlugin.PngInfo()
    told.add_text("Location", PLACE)
    file = BytesIO()
    Image.new(mode, size, _colour(mode)).save(file, "PNG", pnginfo=told, **options)
    return file.getvalue()


def _colour(mode: str) -> Any:
    return {"RGB": (200, 40, 40), "RGBA": (200, 40, 40, 90), "CMYK": (0, 200, 200, 0)}.get(mode, 1)


def png_that_claims(width: int, height: int) -> bytes:
    """A few bytes, and a head that says how large a picture they are."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pieces = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 99)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in pieces
    )


def pdf(pages: int = 1, *, words: str = "Kept words", **options: Any) -> bytes:
    return saved(a_document(pages, words=words), **options)


def a_document(pages: int = 1, *, words: str = "Kept words") -> Pdf:
    document = pikepdf.new()
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    for _ in range(pages):
        page = document.add_blank_page(page_size=(300, 200)).obj
        page.Resources = Dictionary(Font=Dictionary(F1=font))
        page.Contents = document.make_stream(f"BT /F1 12 Tf 20 100 Td ({words}) Tj ET".encode())
    return document


def saved(document: Pdf, **options: Any) -> bytes:
    file = BytesIO()
    document.save(file, **options)
    return file.getvalue()


def locked_pdf(**passwords: str) -> bytes:
    return pdf(encryption=pikepdf.Encryption(**{"owner": "", "user": "", **passwords}))


def pdf_with_everything() -> bytes:
    """Each way that a PDF has to act, to call out or to hide a file."""
    document = a_document(2)
    root, page = document.Root, document.pages[0].obj
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert('loud')"))
    launch = Dictionary(S=Name.Launch, F=String("evil.exe"), Next=script)
    root.OpenAction = document.make_indirect(script)
    root.AA = Dictionary(WC=script)
    root.URI = Dictionary(Base=String("https://example.com/"))
    root.Names = Dictionary(
        JavaScript=Dictionary(Names=Array([String("a"), script])),
        Dests=Dictionary(Names=Array([String("here"), Array([page, Name.Fit])])),
    )
    document.attachments["evil.exe"] = b"MZ-hidden-file"
    page.AA = Dictionary(O=launch)
    go_to = Dictionary(S=Name.GoTo, D=Array([page, Name.Fit]), Next=script)
    page.Annots = Array([
        _link(document, launch),
        _link(document, Dictionary(S=Name.URI, URI=String("https://example.com/track"))),
        _link(document, Dictionary(S=Name.GoToR, F=String("//server/share"), D=String("x"))),
        _link(document, Dictionary(S=Name.Named, N=Name.Print)),
        _link(document, go_to),
        document.make_indirect(Dictionary(
            Type=Name.Annot, Subtype=Name.FileAttachment, Rect=[0, 0, 9, 9],
            FS=Dictionary(Type=Name.Filespec, F=String("b.exe"), EF=Dictionary(
                F=document.make_stream(b"MZ-second-file"))),
        )),
        document.make_indirect(Dictionary(
            Type=Name.Annot, Subtype=Name.RichMedia, Rect=[0, 0, 9, 9],
            RichMediaContent=Dictionary(Assets=Dictionary()),
        )),
    ])  # fmt: skip
    _add_form(document, page)
    document.docinfo["/Author"] = PLACE
    with document.open_metadata() as told:
        told["dc:creator"] = [PLACE]
    page.PieceInfo = Dictionary(Editor=Dictionary(Private=String(PLACE)))
    return saved(document)


def _link(document: Pdf, action: Dictionary) -> Any:
    return document.make_indirect(
        Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 90, 20], A=action)
    )


def _add_form(document: Pdf, page: Any) -> None:
    """A field that was filled in and computes something, and a button that sends all away."""
    field = document.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T=String("name"),
            V=String("Filled in"),
            Rect=[10, 10, 90, 30],
            AA=Dictionary(K=Dictionary(S=Name.JavaScript, JS=String("event.value = 'loud'"))),
        )
    )
    send = Dictionary(S=Name.SubmitForm, F=String("https://example.com/collect"))
    button = document.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Btn, T=String("send"),
            Rect=[10, 40, 90, 60], A=send,
        )
    )  # fmt: skip
    page.Annots.extend([field, button])
    document.Root.AcroForm = Dictionary(
        Fields=Array([field, button]),
        XFA=document.make_stream(b"<xdp>loud</xdp>"),
        CO=Array([field]),
    )


def pdf_bomb(megabytes: int, *, twice: bool = False) -> bytes:
    """A stream that unpacks to so much, packed once or twice."""
    packer = zlib.compressobj(9)
    packed = b"".join([*(packer.compress(b"\0" * 1_000_000) for _ in range(megabytes))])
    packed += packer.flush()
    document = a_document()
    filters: Any = Name.FlateDecode
    if twice:
        packed, filters = zlib.compress(packed, 9), Array([Name.FlateDecode, Name.FlateDecode])
    picture = pikepdf.Stream(
        document,
        packed,
        {"/Type": Name.XObject, "/Subtype": Name.Image, "/Width": 9, "/Height": 9,
         "/ColorSpace": Name.DeviceGray, "/BitsPerComponent": 8, "/Filter": filters},
    )  # fmt: skip
    document.pages[0].obj.Resources.XObject = Dictionary(Im1=document.make_indirect(picture))
    return saved(
        document, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none
    )


def posted_file(content: bytes, name: str = "letter.pdf") -> SimpleUploadedFile:
    """As a browser sends it; what it says of the kind counts for nothing."""
    return SimpleUploadedFile(name, content, content_type="text/html")


def an_upload(client: Client, content: bytes | None = None, **more: Any) -> Upload:
    """Kept without the wash, which has tests of its own."""
    content = content or pdf()
    kind = {b"%PDF": "application/pdf", b"\x89PNG": "image/png"}.get(content[:4], "image/jpeg")
    return keep(
        client=client,
        harmless=Harmless(content, kind, 1),
        **{"name": "letter.pdf", "by": client.user, "now": HANDED_IN_AT, **more},
    )
