"""Writes a program: from the library's templates and the editor's entries to an immutable revision. Pure."""
