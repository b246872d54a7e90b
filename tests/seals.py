"""Reads a seal as a stranger does: from the file alone."""

import io
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext


def verdict(content: bytes) -> Any:
    """What pyHanko, reading the file anew, says of its one signature."""
    found = PdfFileReader(io.BytesIO(content), strict=False).embedded_signatures
    roots = [x509.Certificate.load(one.signer_cert.dump()) for one in found]
    context = ValidationContext(trust_roots=roots, allow_fetching=False)
    (status,) = [validate_pdf_signature(one, context) for one in found]
    return status
