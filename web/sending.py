"""What the server sends: answers go out as soon as they are made."""

from __future__ import annotations

import time
from contextlib import suppress

from waitress.channel import HTTPChannel


class PromptChannel(HTTPChannel):
    """A connection that sends what it can before anybody hears of it.

    waitress first notes that there is something to be sent. While a thread sends that, and waits
    for the interpreter's lock to go on, the main loop sees the note and looks again and again
    whether it can do something: twenty times for each answer, with 32 clients.
    """

    def write_soon(self, data: bytes) -> int:
        """Send data, or what the system does not take yet when it does; the number of bytes."""
        if not isinstance(data, bytes) or self.total_outbufs_len or not self.connected:
            return super().write_soon(data)
        sent = 0
        with self.outbuf_lock, suppress(OSError):  # which waitress meets with again
            sent = self.send(data, do_close=False)
            self.last_activity = time.time()
        return sent if sent == len(data) else sent + super().write_soon(data[sent:])
