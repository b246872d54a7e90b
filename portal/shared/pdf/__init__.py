"""Accessible PDF documents (PDF/UA-1), drawn without touching the network or the disk."""

from portal.shared.pdf.render import Document, render
from portal.shared.press.errors import (
    BlockedResource,
    NeverDrawn,
    RenderingFailed,
    TemplateDefect,
    TooLarge,
)

__all__ = [
    "BlockedResource",
    "Document",
    "NeverDrawn",
    "RenderingFailed",
    "TemplateDefect",
    "TooLarge",
    "render",
]
