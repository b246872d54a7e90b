"""Why a document could not be made. No message carries words of a person."""


class RenderingFailed(Exception):
    """The document could not be made, for no fault of its own: it may be tried again."""


class NeverDrawn(RenderingFailed):
    """The document can't be made as it is, however often it is tried."""


class BlockedResource(NeverDrawn):
    """The template asked for something that was not handed to it (a file, an address)."""


class TemplateDefect(NeverDrawn):
    """The template breaks a rule of PDF/UA: no alt text, no language, a broken reference."""


class TooLarge(NeverDrawn):
    """The document has more pages, or takes more time or memory, than it may."""


BY_NAME = {each.__name__: each for each in (BlockedResource, TemplateDefect, TooLarge)}
