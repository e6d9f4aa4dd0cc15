"""A real mail server on the loopback that can stand still or break off at a chosen step."""

import asyncio
import threading
from email import message_from_bytes
from email.message import Message
from types import TracebackType

STEPS = ("banner", "ehlo", "mail", "rcpt", "data", "body", "end")


class Mailbox:
    """Takes mail, keeps it, and at `hold` waits until it is let go; `refuse` maps a step to an answer."""

    def __init__(self, *, hold: str = "", refuse: dict[str, str] | None = None) -> None:
        self.hold, self.refuse = hold, refuse or {}
        self.taken: list[Message] = []
        self.reached = threading.Event()  # somebody stands at the step where we hold
        self.port = 0
        self._go = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Mailbox":
        self._thread.start()
        assert self._up.wait(5)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.let_go()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def let_go(self) -> None:
        self._go.set()

    def numbers(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.taken]

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._talk, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._up.set()
        self._loop.run_forever()
        server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer(writer, "banner", "220 mail.test")
            while line := await reader.readline():
                word = line.split(b":")[0].split()[0].lower().decode()
                step = {"helo": "ehlo", "quit": "quit", "rset": "rset"}.get(word, word)
                if step == "data":
                    await self._body(reader, writer)
                else:
                    await self._answer(writer, step, "221 bye" if step == "quit" else "250 fine")
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _body(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not await self._answer(writer, "data", "354 go on"):
            return
        whole = b""
        while not whole.endswith(b"\r\n.\r\n") and whole != b".\r\n":
            line = await reader.readline()
            if not line:
                return  # the other side died before the end: a real server throws it away
            if not whole:
                await self._pause("body")
            whole += line
        if "end" not in self.refuse:
            self.taken.append(message_from_bytes(whole[:-3]))
        await self._answer(writer, "end", "250 taken")

    async def _answer(self, writer: asyncio.StreamWriter, step: str, fine: str) -> bool:
        await self._pause(step)
        writer.write(f"{self.refuse.get(step, fine)}\r\n".encode())
        await writer.drain()
        return step not in self.refuse

    async def _pause(self, step: str) -> None:
        if step == self.hold:
            self.reached.set()
            while not self._go.is_set():
                await asyncio.sleep(0.01)
