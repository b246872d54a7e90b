"""FHIR R4 questionnaires as plain Python: no database, no clock, no request."""
