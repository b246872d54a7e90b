"""Why a document could not be made. No message carries words of a person."""


class RenderingFailed(Exception):
    """The document could not be made."""


class BlockedResource(RenderingFailed):
    """The template asked for something that was not handed to it (a file, an address)."""


class TemplateDefect(RenderingFailed):
    """The template breaks a rule of PDF/UA: no alt text, no language, a broken reference."""


class TooLarge(RenderingFailed):
    """The document has more pages, or takes more seconds, than it may."""
