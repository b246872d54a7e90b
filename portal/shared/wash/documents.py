"""A PDF is written anew with all that shows, and nothing that acts, calls out or hides a file.

What may stay is listed where a list can be whole (the catalogue, kinds of annotations, actions);
what must go is named where PDF lets anything stand. The result is read again and has to be clean.
"""

from collections.abc import Iterator
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from portal.shared.wash.bombs import check_streams
from portal.shared.wash.limits import MOST_PAGES
from portal.shared.wash.refusals import Reason, Refused

CATALOGUE = frozenset({
    "/Type", "/Version", "/Pages", "/PageLabels", "/PageLayout", "/Lang", "/MarkInfo",
    "/StructTreeRoot", "/Outlines", "/Dests", "/Names", "/OCProperties", "/OutputIntents",
    "/ViewerPreferences", "/AcroForm",
})  # fmt: skip
FORM = frozenset({"/Fields", "/DR", "/DA", "/Q", "/NeedAppearances"})
ANNOTATIONS = frozenset({
    "/Text", "/Link", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine",
    "/Highlight", "/Underline", "/Squiggly", "/StrikeOut", "/Stamp", "/Caret", "/Ink", "/Popup",
    "/Widget", "/Watermark", "/Redact",
})  # fmt: skip
GO_TO = "/GoTo"  # the only action that stays: to a place in the same document
ACTIONS = frozenset({
    "/GoToR", "/GoToE", "/GoToDp", "/Launch", "/Thread", "/URI", "/Sound", "/Movie", "/Hide",
    "/Named", "/SubmitForm", "/ResetForm", "/ImportData", "/JavaScript", "/SetOCGState",
    "/Rendition", "/Trans", "/GoTo3DView", "/RichMediaExecute",
})  # fmt: skip
NEVER = frozenset({
    "/JS", "/JavaScript", "/AA", "/OpenAction", "/URI", "/XFA", "/EmbeddedFiles", "/EF", "/RF",
    "/AF", "/FS", "/Renditions", "/Movie", "/Sound", "/3DD", "/3DV", "/RichMediaContent",
    "/RichMediaSettings", "/Collection", "/Perms", "/Ref", "/OPI", "/Metadata", "/PieceInfo",
    "/FFilter", "/FDecodeParms", "/TemplateInstantiated", "/PresSteps", "/Requirements",
})  # fmt: skip


def washed(content: bytes, kind: str) -> tuple[bytes, int]:
    """The PDF without what it does, and how many pages it has. Raises Refused."""
    with _opened(content) as document:
        pages = _count(document)
        check_streams(document)
        _disarm(document)
        clean = BytesIO()
        document.save(
            clean,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
        )
    _check_again(clean.getvalue(), pages)
    return clean.getvalue(), pages


def _opened(content: bytes) -> Pdf:
    """As it stands, without mending: a PDF that was cut off would come back with pages missing."""
    try:
        document = Pdf.open(BytesIO(content), attempt_recovery=False, suppress_warnings=True)
    except pikepdf.PasswordError as locked:
        raise Refused(Reason.LOCKED) from locked
    except pikepdf.PdfError as broken:
        raise Refused(Reason.BROKEN) from broken
    if document.is_encrypted:
        document.close()
        raise Refused(Reason.LOCKED)
    return document


def _count(document: Pdf) -> int:
    pages = len(document.pages)
    if pages > MOST_PAGES:
        raise Refused(Reason.PAGES)
    if not pages:
        raise Refused(Reason.BROKEN)
    return pages


def _disarm(document: Pdf) -> None:
    if "/Info" in document.trailer:
        del document.trailer["/Info"]
    _keep_only(document.Root, CATALOGUE)
    for name, allowed in (("/Names", frozenset({"/Dests"})), ("/AcroForm", FORM)):
        part = document.Root.get(name)
        if isinstance(part, Dictionary):
            _keep_only(part, allowed)
    for page in document.pages:
        _keep_quiet_annotations(page.obj)
    for holder in _dictionaries(document):
        for key in [key for key in set(holder.keys()) if _must_go(holder, key)]:
            del holder[key]


def _keep_only(part: Object, allowed: frozenset[str]) -> None:
    for key in set(part.keys()) - allowed:
        del part[key]


def _keep_quiet_annotations(page: Object) -> None:
    found = page.get("/Annots")
    if not isinstance(found, Array):
        if found is not None:
            del page["/Annots"]
        return
    page["/Annots"] = Array([one for one in found.as_list() if _is_quiet(one)])


def _is_quiet(annotation: Object) -> bool:
    return isinstance(annotation, Dictionary) and str(annotation.get("/Subtype")) in ANNOTATIONS


def _must_go(holder: Object, key: str) -> bool:
    if key in NEVER or _does(holder) in ACTIONS:
        return True
    if key == "/F":  # of a stream: the data lie in another file
        return isinstance(holder, Stream)
    if key == "/Next":  # of an action: one more
        return _does(holder) == GO_TO
    if key in ("/A", "/PA"):
        return _is_loud(holder.get(key))
    return False


def _does(holder: Object) -> str:
    """What an action does; other dictionaries have other words there, or none."""
    kind = holder.get("/S")
    return str(kind) if isinstance(kind, Name) else ""


def _is_loud(value: object) -> bool:
    """Any action but going to a place in the document, one that was emptied before included."""
    if not isinstance(value, Dictionary):
        return False
    return not value.keys() or ("/S" in value and _does(value) != GO_TO)


def _dictionaries(document: Pdf) -> Iterator[Object]:
    """Every dictionary of the file, those of streams and those inside of others too."""
    for top in document.objects:
        waiting: list[object] = [top]
        while waiting:
            one = waiting.pop()
            if isinstance(one, (Dictionary, Stream)):
                yield one
                waiting += [child for child in one.values() if _is_inside(child)]
            elif isinstance(one, Array):
                waiting += [child for child in one.as_list() if _is_inside(child)]


def _is_inside(child: object) -> bool:
    return isinstance(child, (Dictionary, Array)) and not child.is_indirect


def _check_again(content: bytes, pages: int) -> None:
    with _opened(content) as document:
        left = ((one, key) for one in _dictionaries(document) for key in set(one.keys()))
        loud = any(_must_go(one, key) for one, key in left)
        if loud or len(document.pages) != pages or set(document.Root.keys()) - CATALOGUE:
            raise Refused(Reason.BROKEN)
