"""The tables of messages, one module per noun; import every function from here."""

from homeplan.messages.store.forgetting import delete_old, delete_versions, delete_words, stop_waiting
from homeplan.messages.store.messages import (
    MessageRow,
    count_unanswered,
    find_message,
    insert_message,
    mark_answered,
    mark_read,
    mark_reopened,
    mark_settled,
    messages_before,
    replace_words,
    thread_of,
    unanswered_since,
    versions_of,
)
from homeplan.messages.store.replies import find_reply, retire_reply, save_reply, saved_replies

__all__ = [
    "MessageRow",
    "count_unanswered",
    "delete_old",
    "delete_versions",
    "delete_words",
    "find_message",
    "find_reply",
    "insert_message",
    "mark_answered",
    "mark_read",
    "mark_reopened",
    "mark_settled",
    "messages_before",
    "replace_words",
    "retire_reply",
    "save_reply",
    "saved_replies",
    "stop_waiting",
    "thread_of",
    "unanswered_since",
    "versions_of",
]
