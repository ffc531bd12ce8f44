"""The desk of the programs' tests, open at one patient."""

from tests.programs.conftest import desk

__all__ = ["desk"]
