"""What a file is by how it begins; its name and what a browser says of it count for nothing."""

from portal.shared.wash.refusals import Reason, Refused

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
BEGINNINGS = {PDF: b"%PDF-", JPEG: b"\xff\xd8\xff", PNG: b"\x89PNG\r\n\x1a\n"}
_OFFICE = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf")
_APPLE = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
_BEFORE = b"\xef\xbb\xbf \t\r\n"  # what some scanners write in front of a PDF


def kind_of(content: bytes) -> str:
    """One of the kinds that are taken. Raises Refused."""
    if not content.strip(b"\0 \t\r\n"):
        raise Refused(Reason.EMPTY)
    for kind, beginning in BEGINNINGS.items():
        if content.startswith(beginning):
            return kind
    if content[:64].lstrip(_BEFORE).startswith(BEGINNINGS[PDF]):
        return PDF
    if content[4:8] == b"ftyp" and content[8:12] in _APPLE:
        raise Refused(Reason.APPLE)
    raise Refused(Reason.OFFICE if content.startswith(_OFFICE) else Reason.UNKNOWN)
