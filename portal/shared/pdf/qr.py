"""A QR code as a drawing: one path, a step for each row of dark squares side by side."""

from itertools import groupby

import qrcode

QUIET = 4  # squares of white around it, so that a camera finds it (ISO/IEC 18004)


def qr_svg(text: str) -> bytes:
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=QUIET)
    code.add_data(text)
    rows = code.get_matrix()
    bars = "".join(_bars(row, y) for y, row in enumerate(rows))
    side = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path d="{bars}"/></svg>'
    ).encode()


def _bars(row: list[bool], y: int) -> str:
    path, x = "", 0
    for is_dark, squares in groupby(row):
        width = len(list(squares))
        path += f"M{x} {y}h{width}v1h-{width}z" if is_dark else ""
        x += width
    return path
