"""Limits on how often something is tried or used. They are counted in the database, so that processes share them."""
