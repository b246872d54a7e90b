"""A QR code as a drawing: one path, a step a square."""

import qrcode

QUIET = 4  # squares of white around it, so that a camera finds it (ISO/IEC 18004)


def qr_svg(text: str) -> bytes:
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=QUIET)
    code.add_data(text)
    rows = code.get_matrix()
    squares = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    side = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path d="{squares}"/></svg>'
    ).encode()
