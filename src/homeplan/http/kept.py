"""Encoded answers that an app keeps in memory, the last one of each patient, up to a number of bytes."""

from collections import OrderedDict
from typing import Generic, Protocol, TypeVar

MOST_BYTES = 32 * 2**20
"""Most bytes that all kept answers of one kind take: some 1,500 plans of 20 kB."""
OVERHEAD = 1024
"""Bytes of a kept answer beside its pieces, roughly."""


class Sized(Protocol):
    """An answer with all that it was made from."""

    def size(self) -> int:
        """Bytes in memory, roughly."""
        ...


K = TypeVar("K", bound=Sized)


class KeptAnswers(Generic[K]):
    """The answers of one kind; those that were not asked for the longest go first. What is found may be outdated."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[tuple[str, str], K] = OrderedDict()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def last(self, clinic_id: str, patient_id: str) -> K | None:
        """The answer that is kept of the patient."""
        return self._kept.get((clinic_id, patient_id))

    def keep(self, clinic_id: str, patient_id: str, kept: K) -> None:
        """Keep the answer in place of the one before, and drop the oldest ones while there are too many bytes."""
        before = self._kept.pop((clinic_id, patient_id), None)
        self.bytes += kept.size() - (0 if before is None else before.size())
        self._kept[clinic_id, patient_id] = kept
        while self.bytes > self._most_bytes:
            _, dropped = self._kept.popitem(last=False)
            self.bytes -= dropped.size()
