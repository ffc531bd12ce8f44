"""Measures the difficulty of an English text.

The Flesch-Kincaid grade level: 0.39 x words per sentence + 11.8 x syllables per word - 15.59. Source: Kincaid JP,
Fishburne RP, Rogers RL, Chissom BS. Derivation of new readability formulas for Navy enlisted personnel. Research Branch
Report 8-75, Naval Technical Training, 1975. A grade of 8 is what a reader of 13 to 14 years manages.
"""

import re
from collections.abc import Iterable

HIGHEST_GRADE = 8.0
"""Patient texts stay at or below this grade; the house's bar, in line with common advice for health texts."""

_WORD = re.compile(r"[A-Za-z']+")
_SENTENCE_END = re.compile(r"[.!?]+(?=\s|$)")
_VOWELS = re.compile(r"[aeiouy]+")


def reading_grade(lines: Iterable[str]) -> float:
    """The Flesch-Kincaid grade of the lines together; each line ends a sentence. Negative for very easy texts."""
    text = " ".join(_closed(line) for line in lines)
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = max(1, len(_SENTENCE_END.findall(text)))
    syllables = sum(syllables_of(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def syllables_of(word: str) -> int:
    """An estimate by groups of vowels; a silent final e, and -ed except after d and t, do not count. At least 1."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    if len(letters) > 2 and letters.endswith("e") and not letters.endswith(("le", "ee", "ye")):
        letters = letters[:-1]
    elif len(letters) > 3 and letters.endswith("ed") and letters[-3] not in "td":
        letters = letters[:-2]
    return max(1, len(_VOWELS.findall(letters)))


def _closed(line: str) -> str:
    stripped = line.strip()
    return stripped if stripped.endswith((".", "!", "?")) else stripped + "."
