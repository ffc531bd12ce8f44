"""The reminder contract, a file a line, on both engines. Each line is a complaint that users of peers repeat."""
