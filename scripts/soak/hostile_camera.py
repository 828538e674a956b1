"""A camera that misbehaves: a TCP address that sends a video and stalls, vanishes, jumps in time, changes its size,
lies about its rate and sends damaged bytes, all by a seed.

Each frame carries its number in squares along its upper border, so that whoever sees it, even fused and encoded, can
tell which one it is.
"""

from __future__ import annotations

import os
import random
import socket
import subprocess
import threading
import time
from typing import Callable, Optional

SQUARE = 8  # pixels; 24 of them, black or white, are a number, most significant bit first
BITS = 24


def read_number(luma: bytes, width: int, row0: int, white: int) -> Optional[int]:
    """The number in a frame's luma, whose squares begin in row `row0`; None where there is none.

    The squares are followed by one that is white and one that is black; what lies between their brightnesses decides.
    `white`: least difference of the two that counts.
    """
    row = (row0 + SQUARE // 2) * width
    at = [luma[row + SQUARE * i + SQUARE // 2] for i in range(BITS + 2)]
    low, high = at[BITS + 1], at[BITS]
    if high - low < white:
        return None
    number = 0
    for value in at[:BITS]:
        if abs(value - low) > (high - low) * 0.4 and abs(value - high) > (high - low) * 0.4:
            return None
        number = 2 * number + (value > (low + high) / 2)
    return number


class HostileCamera:
    """Sends frames of width x height, `rate` a second, to whoever connects, one at a time.

    `events`: which of "stall", "long stall", "vanish", "jump", "size", "damage" happen; one about every `pause`
    seconds. `row0`: where its squares are; the rows there are black in the pictures of a camera that has its own
    elsewhere. `told`: gets a line for each event.
    """

    def __init__(self, name: str, width: int, height: int, rate: float, row0: int, seed: int, events: list[str],
                 pause: float, container: str, told: Callable[[str], None]) -> None:
        self.name, self.width, self.height, self.rate, self.row0 = name, width, height, rate, row0
        self.events, self.pause, self.container, self.told = events, pause, container, told
        self.random = random.Random(seed)
        self.sent: dict[int, float] = {}  # number of a frame: when it was given to the encoder, time.monotonic()
        self.counts: dict[str, int] = {}
        self.number = 0
        self.stopping = threading.Event()
        self.listener = self._listen(0)
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._run, daemon=True)

    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.stopping.set()
        self.thread.join(20)

    def once(self, event: str) -> None:
        """This one happens next, within a second."""
        self.forced = event

    forced: Optional[str] = None

    def _listen(self, port: int) -> socket.socket:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(1)
        listener.settimeout(0.5)
        return listener

    def _run(self) -> None:
        while not self.stopping.is_set():
            try:
                client, _ = self.listener.accept()
            except socket.timeout:
                continue
            client.settimeout(10)
            self.counts["connections"] = self.counts.get("connections", 0) + 1
            away = self._serve(client)
            client.close()
            if away > 0:  # nobody listens meanwhile: the connection is refused, as by a camera without power
                self.listener.close()
                self.stopping.wait(away)
                self.listener = self._listen(self.port)
        self.listener.close()

    def _encoder(self, width: int, height: int, offset: float) -> subprocess.Popen[bytes]:
        # What the stream says of its rate has nothing to do with how fast frames come.
        if self.container == "mpegts":
            claimed = self.random.choice([25, 50])  # MPEG-2 knows few rates
            output = ["-c:v", "mpeg2video", "-pix_fmt", "yuv420p", "-g", "1", "-bf", "0", "-output_ts_offset",
                      f"{offset:.3f}", "-muxdelay", "0", "-f", "mpegts"]
        else:
            claimed = self.random.choice([1, 5, 25, 1000])
            output = ["-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-f", "nut"]
        return subprocess.Popen(
            ["ffmpeg", "-nostdin", "-loglevel", "quiet", "-probesize", "32", "-f", "rawvideo", "-pixel_format", "gray",
             "-video_size", f"{width}x{height}", "-framerate", str(claimed), "-i", "pipe:0", "-threads", "1", "-q:v", "2",
             "-flush_packets", "1", *output, "pipe:1"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def _serve(self, client: socket.socket) -> float:
        """Until the connection ends; returns for how long the camera is away then."""
        size = (self.width, self.height)
        encoder = self._encoder(*size, offset=self.random.uniform(0, 1000))
        relay = _Relay(encoder, client)
        next_event = time.monotonic() + self.random.uniform(0.5, 1.5) * self.pause
        next_frame = time.monotonic()
        try:
            while not self.stopping.is_set() and relay.open():
                event = self.forced
                if event is None and time.monotonic() > next_event and self.events:
                    event = self.random.choice(self.events)
                if event is not None:
                    self.forced = None
                    next_event = time.monotonic() + self.random.uniform(0.5, 1.5) * self.pause
                    self.counts[event] = self.counts.get(event, 0) + 1
                    self.told(f"{self.name}: {event}")
                    if event in ("stall", "long stall"):
                        shortest, longest = (1, 3) if event == "stall" else (6, 10)
                        self.stopping.wait(self.random.uniform(shortest, longest))
                        next_frame = time.monotonic()
                    elif event == "vanish":
                        return self.random.uniform(2, 12)
                    elif event == "damage":
                        relay.damage = self.random.randint(1, 20)
                    else:  # the stream goes on in the same connection with other times, and perhaps another size
                        if event == "size":
                            size = (self.width, self.height) if size[0] != self.width else (self.width + 64,
                                                                                             self.height + 32)
                        relay.finish()
                        encoder = self._encoder(*size, offset=self.random.uniform(0, 90000))
                        relay = _Relay(encoder, client)
                self._send(encoder, *size)
                next_frame += 1 / self.rate
                self.stopping.wait(max(0, next_frame - time.monotonic()))
        except OSError:
            pass
        finally:
            relay.finish()
        return 0

    def _send(self, encoder: subprocess.Popen[bytes], width: int, height: int) -> None:
        self.number += 1
        bits = [(self.number >> (BITS - 1 - i)) & 1 for i in range(BITS)] + [1, 0]
        squares = b"".join((b"\xe0" if bit else b"\x20") * SQUARE for bit in bits)
        squares += b"\x20" * (width - len(squares))
        shift = self.number % 32
        wave = bytes(64 + 4 * abs((x + shift) % 64 - 32) for x in range(64)) * (width // 64 + 1)
        rows = [wave[y % 64:y % 64 + width] if y >= 4 * SQUARE else b"\x20" * width for y in range(height)]
        rows[self.row0:self.row0 + SQUARE] = [squares] * SQUARE
        assert encoder.stdin is not None
        self.sent[self.number] = time.monotonic()
        encoder.stdin.write(b"".join(rows))
        encoder.stdin.flush()


class _Relay:
    """Carries what an encoder writes to a client, and damages some of it where asked to."""

    def __init__(self, encoder: subprocess.Popen[bytes], client: socket.socket) -> None:
        self.encoder, self.client, self.damage, self.broken = encoder, client, 0, False
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def open(self) -> bool:
        return not self.broken and self.encoder.poll() is None

    def _run(self) -> None:
        assert self.encoder.stdout is not None
        chance = random.Random(1)
        try:
            while piece := os.read(self.encoder.stdout.fileno(), 65536):
                if self.damage > 0:
                    damaged = bytearray(piece)
                    for _ in range(8):
                        damaged[chance.randrange(len(damaged))] ^= 0xFF
                    piece = bytes(damaged)
                    self.damage -= 1
                self.client.sendall(piece)
        except OSError:
            pass
        self.broken = True

    def finish(self) -> None:
        assert self.encoder.stdin is not None
        try:
            self.encoder.stdin.close()
        except OSError:
            pass
        try:
            self.encoder.wait(3)
        except subprocess.TimeoutExpired:
            self.encoder.kill()
            self.encoder.wait()
        self.thread.join(12)
        assert self.encoder.stdout is not None
        self.encoder.stdout.close()
