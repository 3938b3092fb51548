"""How values that are no JSON are written: pickle, or Arrow for tables; inline, or in a file when they are large."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

INLINE_MAX = 256 * 1024
_TEXT_MAX = 200


class CannotKeep(Exception):
    """The value cannot be written down; the text says why."""


class Store:
    """The folder of a run's large values. A file is called by the digest of what is in it, so that writing one twice is
    harmless, and whoever reads it can tell that it is whole."""

    def __init__(self, folder: str, sync: bool = False) -> None:
        self.folder = folder
        self.sync = sync

    def write(self, data: bytes) -> str:
        import os
        from tempfile import mkstemp

        name = _digest(data)
        path = os.path.join(self.folder, name)
        if os.path.exists(path) and os.path.getsize(path) == len(data):  # a loss of power may have emptied it
            return name
        os.makedirs(self.folder, exist_ok=True)
        descriptor, draft = mkstemp(prefix=".", dir=self.folder)
        try:
            with open(descriptor, "wb") as file:
                file.write(data)
                if self.sync:
                    file.flush()
                    os.fsync(descriptor)
            os.replace(draft, path)
        except OSError:
            os.unlink(draft)
            raise
        if self.sync:
            self._sync_folder()
        return name

    def read(self, name: str) -> bytes:
        import os

        path = os.path.join(self.folder, name)
        try:
            with open(path, "rb") as file:
                data = file.read()
        except FileNotFoundError:
            raise CannotKeep(f"the stored value {path} is gone: was the run pruned?") from None
        if _digest(data) != name:
            raise CannotKeep(f"the stored value {path} is damaged")
        return data

    def _sync_folder(self) -> None:
        import os

        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _digest(data: bytes) -> str:
    from hashlib import blake2b

    return blake2b(data, digest_size=32).hexdigest()


def encode(value: object, store: Store | None) -> dict[str, Any]:
    """What stands in `$value`."""
    codec, data = _arrow(value) or ("pickle", _pickle(value))
    text = text_of(value)
    if len(data) > INLINE_MAX and store is not None:
        return {"codec": codec, "file": store.write(data), "bytes": len(data), "text": text}
    from binascii import b2a_base64

    return {"codec": codec, "data": b2a_base64(data, newline=False).decode(), "text": text}


def decode(wrapped: dict[str, Any], store: Store | None) -> Any:
    codec = wrapped.get("codec")
    if codec == "json" and "data" in wrapped:
        return wrapped["data"]
    if "file" in wrapped:
        if store is None:
            raise CannotKeep("there is no folder to read a stored value from")
        data = store.read(wrapped["file"])
    else:
        from binascii import a2b_base64

        data = a2b_base64(wrapped["data"])
    if codec == "pickle":
        import pickle

        return pickle.loads(data)
    if codec == "json":
        import json

        return json.loads(data)
    if codec == "arrow":
        return _from_arrow(data)
    raise CannotKeep(f"this weir does not know the codec {codec!r} of a stored value")


def _pickle(value: object) -> bytes:
    import pickle

    try:
        return pickle.dumps(value, protocol=5)
    except Exception as error:  # whatever the value's own code raises
        raise CannotKeep(f"{_kind_of(value)} cannot be kept: {error}") from None


def _arrow(value: object) -> tuple[str, bytes] | None:
    """Tables of Arrow itself; pandas and others say more about theirs in a pickle."""
    kind = type(value)
    if kind.__module__.partition(".")[0] != "pyarrow" or kind.__name__ != "Table":
        return None
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, value.schema) as writer:  # type: ignore[attr-defined]
        writer.write_table(value)
    return "arrow", sink.getvalue().to_pybytes()


def _from_arrow(data: bytes) -> Any:
    import pyarrow as pa

    return pa.ipc.open_file(pa.BufferReader(data)).read_all()


def _kind_of(value: object) -> str:
    name = type(value).__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def text_of(value: object) -> str:
    """For people: what the value looks like, in one line."""
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple):
        return f"{type(value).__name__} {' x '.join(map(str, shape))}"[:_TEXT_MAX]
    try:
        text = " ".join(repr(value).split())
    except Exception:  # a __repr__ of the user's
        text = f"<{type(value).__name__}>"
    return text if len(text) <= _TEXT_MAX else text[: _TEXT_MAX - 1] + "…"
