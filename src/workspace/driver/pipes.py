"""Reads what other programs print."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator

CHUNK_BYTES = 64 * 1024


def chunks_of(descriptor: int) -> Iterator[str]:
    """As soon as there is anything, until its end. What is no UTF-8 is replaced."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    while chunk := os.read(descriptor, CHUNK_BYTES):
        if text := decoder.decode(chunk):
            yield text
