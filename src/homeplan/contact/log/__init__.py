"""The log of contacts: calls, conversations and messages with a patient, and tries that did not reach them."""
