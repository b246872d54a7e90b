"""A client's record as FHIR R4: plain functions from loaded rows to resources (docs/adr/0041)."""
