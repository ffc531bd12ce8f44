"""Writing a program: from the library and the editor to an immutable revision, pure."""
