"""The reminder contract on both engines, one file per clause. Each answers a frequent complaint."""
