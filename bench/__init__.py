"""Measurements with their own data: `make bench`."""
