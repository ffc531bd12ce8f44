"""The invented patients' messages to their care team, and the answers."""

from collections.abc import Awaitable, Callable
from datetime import time

from homeplan.clock import Clock
from homeplan.demo.cast import Role
from homeplan.demo.visitor import Visitor

Happening = tuple[int, time, Callable[[], Awaitable[None]]]

SAVED_REPLIES = (
    (
        "Soreness after needling",
        "Soreness for a day or two after needling is usual. If it lasts longer than three days, please call us.",
        "Es normal tener dolor muscular uno o dos días después de la punción. Si dura más de tres días, llámenos.",
    ),
    (
        "Call us",
        "I would like to talk about this. Please call the clinic.",
        "Quisiera hablar de esto. Llame a la clínica.",
    ),
)
"""Title, English, Spanish."""


class InventedMessages:
    """One patient's question, and the answer of their therapist where there is one."""

    def __init__(self, role: Role, phone: Visitor, desk: Visitor, clock: Clock):
        self._role, self._phone, self._desk, self._clock = role, phone, desk, clock

    def happenings(self) -> list[Happening]:
        if not self._role.asks:
            return []
        found: list[Happening] = [(self._role.asked_on, time(16, 40), self._ask)]
        if self._role.answer:
            found.append((self._role.asked_on - 1, time(8, 20), self._answer))
        return found

    async def _ask(self) -> None:
        await self._phone.put("/api/me/messages/question", self._written(self._role.asks))

    async def _answer(self) -> None:
        chart = f"/api/patients/{(await self._phone.get('/api/me'))['patient']['id']}"
        answers = [{"id": "question", "version": 1}]
        await self._desk.post(f"{chart}/messages-read", {"seen": answers})
        await self._desk.put(f"{chart}/messages/answer", self._written(self._role.answer) | {"answers": answers})

    def _written(self, words: str) -> dict[str, object]:
        return {"words": words, "writtenAt": self._clock.now(), "timeZone": self._role.zone}
