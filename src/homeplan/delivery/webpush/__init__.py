"""Web push, a channel: `validate` an address (address.py), `compose` a message (compose.py), `send` it (send.py)."""
