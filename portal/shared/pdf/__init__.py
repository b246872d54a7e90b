"""Accessible PDF documents (PDF/UA-1), drawn without touching the network or the disk."""

from portal.shared.pdf.errors import BlockedResource, RenderingFailed, TemplateDefect, TooLarge
from portal.shared.pdf.render import Document, render

__all__ = [
    "BlockedResource",
    "Document",
    "RenderingFailed",
    "TemplateDefect",
    "TooLarge",
    "render",
]
