"""One SQL text, two engines: transactions over SQLite or PostgreSQL. A feature never asks which one it is."""

from homeplan.db.base import (
    CannotOpen,
    Database,
    NeedsWriting,
    NoCopy,
    OutOfReach,
    Row,
    StoreFigures,
    Tx,
    Violated,
)
from homeplan.db.migrate import Schema, migrate, schema_of
from homeplan.db.migration_file import MigrationFailed, SchemaMismatch
from homeplan.db.open import database_file, is_sqlite, open_database

__all__ = [
    "CannotOpen",
    "Database",
    "MigrationFailed",
    "NeedsWriting",
    "NoCopy",
    "OutOfReach",
    "Row",
    "Schema",
    "SchemaMismatch",
    "StoreFigures",
    "Tx",
    "Violated",
    "database_file",
    "is_sqlite",
    "migrate",
    "open_database",
    "schema_of",
]
