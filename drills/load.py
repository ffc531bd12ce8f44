"""Phones that check in one entry after the other until the service breaks or they are told to stop."""

import asyncio
from collections.abc import Sequence

import httpx

from drills.clinic import Phone, send


class Load:
    """The answers to the phones: the last number that was confirmed to each, and the refusals."""

    def __init__(self, phones: Sequence[Phone], url: str):
        self._phones, self._url = phones, url
        self.confirmed = [-1] * len(phones)
        self._next = [0] * len(phones)
        self.refused: list[httpx.Response] = []
        self.answered = 0
        self._stopping = False

    async def run(self) -> None:
        """Send until `stop`, or until the connection of each phone breaks."""
        self._stopping = False
        limits = httpx.Limits(max_connections=len(self._phones))
        async with httpx.AsyncClient(base_url=self._url, timeout=60, limits=limits) as client:
            await asyncio.gather(*(self._keep_sending(client, phone) for phone in self._phones))

    def stop(self) -> None:
        """Let each phone wait for the answer that it waits for, and send no more."""
        self._stopping = True

    async def _keep_sending(self, client: httpx.AsyncClient, phone: Phone) -> None:
        while not self._stopping:
            number = self._next[phone.number]
            self._next[phone.number] += 1
            try:
                answer = await send(client, phone, number)
            except httpx.TransportError:
                return  # killed: nobody knows whether it was saved
            if answer.status_code == 200:
                self.confirmed[phone.number] = number
                self.answered += 1
            else:
                self.refused.append(answer)
                await asyncio.sleep(0.02)
