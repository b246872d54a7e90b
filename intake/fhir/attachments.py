"""Questions that are answered with a file: what they take, and how a file is told in words."""

from intake.fhir.questionnaire import Attached, Item
from portal.shared.sizes import size_words

TAKEN = {"application/pdf": "PDF", "image/jpeg": "JPEG", "image/png": "PNG"}
"""All that can be handed in here, and what people call it."""
_ALSO_CALLED = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
    "application/x-pdf": "application/pdf",
}
GONE = "This file isn’t here any more. Please choose it again."


def kinds_of(media_types: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the kinds taken here that a question asks for; all of them when it names none."""
    return tuple(
        kind
        for kind in TAKEN
        if not media_types or any(_covers(each, kind) for each in media_types)
    )


def _covers(asked: str, kind: str) -> bool:
    name = asked.partition(";")[0].strip().lower()
    name = _ALSO_CALLED.get(name, name)
    return name in ("*", "*/*", kind) or (name.endswith("/*") and kind.startswith(name[:-1]))


def kind_words(kinds: tuple[str, ...]) -> str:
    """`PDF, JPEG or PNG`."""
    *before, last = [TAKEN[kind] for kind in kinds]
    return f"{', '.join(before)} or {last}" if before else last


def file_problems(item: Item, media_type: str, size: int) -> list[str]:
    """What stands against a file that was chosen for this question."""
    kinds, most = kinds_of(item.limits.media_types), item.limits.max_bytes
    if media_type not in kinds:
        return [f"Please choose a {kind_words(kinds)} here. This is a {TAKEN[media_type]}."]
    if most and size > most:
        return [f"This file has {size_words(size)}. The limit here is {size_words(most)}."]
    return []


def attached_words(file: Attached) -> str:
    if not file.media_type:
        return "A file was handed in."
    return f"{file.name} ({TAKEN[file.media_type]}, {file.size_words})"
