"""A picture is decoded and drawn anew: its points stay, and nothing else of the file does."""

import warnings
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps

from portal.shared.wash.kinds import JPEG
from portal.shared.wash.limits import MOST_POINTS
from portal.shared.wash.refusals import Reason, Refused

QUALITY = 88
PLAIN = ("1", "L", "RGB")
SEE_THROUGH = ("LA", "RGBA", "PA", "La", "RGBa")


def washed(content: bytes, kind: str) -> tuple[bytes, int]:
    """The same picture upright and without place, time or camera; and that it is one page."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            warnings.filterwarnings("ignore", category=UserWarning)
            return _drawn_anew(content, kind), 1
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise Refused(Reason.POINTS) from bomb
    except MemoryError:
        raise
    except Exception as error:  # Pillow's decoders raise whatever they meet
        raise Refused(Reason.BROKEN) from error


def _drawn_anew(content: bytes, kind: str) -> bytes:
    name = "JPEG" if kind == JPEG else "PNG"
    with Image.open(BytesIO(content), formats=[name]) as picture:
        if picture.width * picture.height > MOST_POINTS:
            raise Refused(Reason.POINTS)
        picture.load()
        upright = _plain(ImageOps.exif_transpose(picture), kind)
    upright.info.clear()  # profiles, comments and texts, which saving would take along
    clean, options = BytesIO(), _options(kind)
    upright.save(clean, name, **options)
    return clean.getvalue()


def _options(kind: str) -> dict[str, Any]:
    return {"quality": QUALITY, "optimize": True} if kind == JPEG else {"compress_level": 6}


def _plain(picture: Image.Image, kind: str) -> Image.Image:
    """In colours that every program shows; what can be seen through stays so where it can."""
    if kind == JPEG:
        return picture if picture.mode in ("L", "RGB") else picture.convert("RGB")
    if picture.mode in SEE_THROUGH or "transparency" in picture.info:
        return picture.convert("RGBA")
    if picture.mode.startswith("I"):  # sixteen bits of grey, as some scanners write
        return picture.point(lambda value: value / 256).convert("L")
    return picture if picture.mode in PLAIN else picture.convert("RGB")
