"""A small IMAP server on the loopback: one mailbox, enough commands for the fetcher, and a line that can break."""

import asyncio
import re
import threading
import time
from types import TracebackType


class Imap:
    """`mails` by number; `breaks_at` drops the line when that command comes for the nth time: ("STORE", 1)."""

    def __init__(self, *mails: bytes, moves: bool = True, breaks_at: tuple[str, int] = ("", 0)) -> None:
        self.mails = dict(enumerate(mails, 1))
        self.seen: set[int] = set()
        self.folders: dict[str, list[bytes]] = {}
        self.asked: list[str] = []  # every command, as it came
        self.moves, self.breaks_at = moves, breaks_at
        self.idles = threading.Event()
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._waiting: list[asyncio.StreamWriter] = []
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def url(self) -> str:
        return f"imap://us%40fairlight:pass%20word@127.0.0.1:{self.port}/INBOX"

    def __enter__(self) -> "Imap":
        self._thread.start()
        assert self._up.wait(5)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop)
        self._thread.join(5)
        self._loop.close()

    def drop_in(self, mail: bytes) -> None:
        """A new mail; whoever waits hears of it."""
        self.mails[max(self.mails, default=0) + 1] = mail
        for writer in self._waiting:
            self._loop.call_soon_threadsafe(writer.write, f"* {len(self.mails)} EXISTS\r\n".encode())

    def drop_in_once_quiet(self, mail: bytes) -> None:
        """When somebody waits, and a moment later, so that the news is not read together with the first answer."""
        assert self.idles.wait(60)
        time.sleep(0.5)
        self.drop_in(mail)

    def count(self, word: str) -> int:
        return sum(word in one for one in self.asked)

    async def _end(self) -> None:
        open_lines = [one for one in asyncio.all_tasks() if one is not asyncio.current_task()]
        for one in open_lines:
            one.cancel()
        await asyncio.gather(*open_lines, return_exceptions=True)
        self._loop.stop()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._talk, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._up.set()
        self._loop.run_forever()
        server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        try:
            while line := (await reader.readline()).decode().strip():
                self.asked.append(line)
                word, nth = self.breaks_at
                if word and word in line and self.count(word) == nth:
                    return
                tag, _, command = line.partition(" ")
                if command == "IDLE":
                    await self._idle(reader, writer)
                for said in self._answers(command):
                    writer.write(said + b"\r\n")
                wrong = command.startswith("LOGIN") and '"pass word"' not in command
                writer.write(f"{tag} {'NO wrong password' if wrong else 'OK done'}\r\n".encode())
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _idle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"+ idling\r\n")
        self._waiting.append(writer)
        self.idles.set()
        await reader.readline()  # DONE
        self._waiting.remove(writer)
        self.idles.clear()

    def _answers(self, command: str) -> list[bytes]:
        if command == "CAPABILITY":
            return [b"* CAPABILITY IMAP4rev1 IDLE" + (b" MOVE" if self.moves else b"")]
        if command.startswith("SELECT"):
            return [f"* {len(self.mails)} EXISTS".encode()]
        if command == "LOGOUT":
            return [b"* BYE"]
        if "SEARCH" in command:
            return [b"* SEARCH " + b" ".join(str(one).encode() for one in sorted(set(self.mails) - self.seen))]
        match = re.match(r"UID (FETCH|STORE|MOVE) (\d+) (.*)", command)
        number = int(match[2]) if match else 0
        if match is None or number not in self.mails:
            return []
        if match[1] == "FETCH":
            return self._fetched(number, match[3])
        if match[1] == "STORE":
            self.seen.add(number)
        else:
            self.folders.setdefault(match[3].strip('"'), []).append(self.mails.pop(number))
        return []

    def _fetched(self, number: int, what: str) -> list[bytes]:
        mail = self.mails[number]
        if "SIZE" in what:
            when = b'INTERNALDATE "10-Mar-2026 09:59:00 +0000"'
            return [b"* %d FETCH (UID %d RFC822.SIZE %d %s)" % (number, number, len(mail), when)]
        part = mail.split(b"\r\n\r\n")[0] + b"\r\n\r\n" if "HEADER" in what else mail
        return [b"* %d FETCH (UID %d BODY[] {%d}" % (number, number, len(part)), part + b")"]
