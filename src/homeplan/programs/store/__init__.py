"""What programs keeps: one module a noun, all of it importable from here."""

from homeplan.programs.store.charts import Chart, read_chart, read_charts, shelf_of, today_of
from homeplan.programs.store.drafts import discard_draft, find_draft, save_draft
from homeplan.programs.store.episodes import (
    activate_episode,
    episodes_of,
    find_episode,
    latest_episode,
    latest_episodes,
    open_episode,
    open_episode_of,
    reword_episode,
    take_step,
)
from homeplan.programs.store.logs import logs_between, logs_of_many, save_log, undo_log
from homeplan.programs.store.needling import (
    add_session,
    amend_session,
    find_session,
    needling_ends,
    sessions_of,
    sessions_of_many,
    void_session,
)
from homeplan.programs.store.revisions import find_program, find_programs, publish

__all__ = [
    "Chart",
    "activate_episode",
    "add_session",
    "amend_session",
    "discard_draft",
    "episodes_of",
    "find_draft",
    "find_episode",
    "find_program",
    "find_programs",
    "find_session",
    "latest_episode",
    "latest_episodes",
    "logs_between",
    "logs_of_many",
    "needling_ends",
    "open_episode",
    "open_episode_of",
    "publish",
    "read_chart",
    "read_charts",
    "reword_episode",
    "save_draft",
    "save_log",
    "sessions_of",
    "sessions_of_many",
    "shelf_of",
    "take_step",
    "today_of",
    "undo_log",
    "void_session",
]
