"""Fields to fill in, put right after WeasyPrint: one field for the circles of a question.

WeasyPrint lists each circle beside its group too, under the group's name, so that a reader sees
every question several times; and it calls the group by its first circle. The tip of a circle holds
its question, a line break and its own words.
"""

import pikepdf

BETWEEN = "\n"


def mend(pdf: pikepdf.Pdf) -> None:
    """Does nothing to a document without fields."""
    form = pdf.Root.get("/AcroForm")
    if form is None:
        return
    fields = [field for field in form.Fields if "/Parent" not in field]
    form.Fields = pikepdf.Array(fields)
    for field in fields:
        if "/Kids" in field:
            _mend_group(field)


def _mend_group(group: pikepdf.Object) -> None:
    for circle in group.Kids:
        question, _, own = str(circle.TU).partition(BETWEEN)
        group.TU = pikepdf.String(question)
        circle.Contents = pikepdf.String(f"{question}: {own}" if own else question)
        for name in ("/T", "/TU"):  # a widget of the group, no field of its own
            del circle[name]
