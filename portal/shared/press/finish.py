"""The last touches that WeasyPrint leaves to us."""

import io

import pikepdf

from portal.shared.press import forms


def finish(content: bytes) -> tuple[bytes, int]:
    """The finished file and its number of pages.

    Fields to fill in are put right (`forms`). Table headers get the scope that screen readers go
    by (WeasyPrint writes none), and the file's identifier follows from its content: the same
    document is the same bytes.
    """
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for header in _table_headers(pdf):
            column = pikepdf.Name.THead == header.P.P.S  # of its row, of its row group
            header.A.Scope = pikepdf.Name.Column if column else pikepdf.Name.Row
        forms.mend(pdf)
        finished = io.BytesIO()
        pdf.save(finished, deterministic_id=True)
        return finished.getvalue(), len(pdf.pages)


def _table_headers(pdf: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    return [
        thing
        for thing in pdf.objects
        if isinstance(thing, pikepdf.Dictionary)
        and thing.get("/Type") == pikepdf.Name.StructElem
        and thing.get("/S") == pikepdf.Name.TH
    ]
