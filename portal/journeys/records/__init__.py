"""A client's request for their records: the archive, its making, its release (docs/adr/0042)."""
