"""The practice's seal: a certificate that packets are signed with, and its key."""

from portal.shared.seal.certificate import Seal, SealUnusable, current, in_force
from portal.shared.seal.signing import sealed, warm

__all__ = ["Seal", "SealUnusable", "current", "in_force", "sealed", "warm"]
