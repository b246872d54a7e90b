"""The project: settings, addresses, and what spans the rooms."""
