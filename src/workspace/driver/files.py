"""dbutils.fs over local folders: dbfs:/ is the workspace's own, file:/ is this machine."""

from __future__ import annotations

import posixpath
import shutil
from pathlib import Path
from typing import NamedTuple


class FileInfo(NamedTuple):
    path: str  # "dbfs:/data/a.csv"; a folder ends with a slash
    name: str
    size: int
    modificationTime: int  # milliseconds

    def isDir(self) -> bool:  # noqa: N802
        return self.name.endswith("/")

    def isFile(self) -> bool:  # noqa: N802
        return not self.isDir()


class MountInfo(NamedTuple):
    mountPoint: str
    source: str
    encryptionType: str


class Files:
    """A path without a scheme means dbfs:/. Paths never lead out of the folder that dbfs:/ stands for."""

    def __init__(self, dbfs_root: Path) -> None:
        self._root = dbfs_root

    def ls(self, path: str) -> list[FileInfo]:
        local = self._existing(path)
        if local.is_file():
            return [self._info(local)]
        return [self._info(child) for child in sorted(local.iterdir())]

    def cp(self, source: str, destination: str, recurse: bool = False) -> bool:
        origin, target = self._pair(source, destination, recurse)
        if origin.is_dir():
            shutil.copytree(origin, target, dirs_exist_ok=True)
        else:
            shutil.copyfile(origin, target)
        return True

    def mv(self, source: str, destination: str, recurse: bool = False) -> bool:
        origin, target = self._pair(source, destination, recurse)
        shutil.move(origin, target)
        return True

    def rm(self, path: str, recurse: bool = False) -> bool:
        """False when there was nothing to remove."""
        local = self._local(path)
        if local == self._root:
            raise PermissionError("dbfs:/ itself cannot be removed")
        if local.is_dir() and not local.is_symlink():
            if not recurse and any(local.iterdir()):
                raise OSError(f"{path} is a folder with files in it: pass recurse=True to remove them too")
            shutil.rmtree(local)
            return True
        existed = local.is_symlink() or local.exists()
        local.unlink(missing_ok=True)
        return existed

    def mkdirs(self, path: str) -> bool:
        self._local(path).mkdir(parents=True, exist_ok=True)
        return True

    def put(self, file: str, contents: str, overwrite: bool = False) -> bool:
        local = self._local(file)
        if local.exists() and not overwrite:
            raise FileExistsError(f"{file} exists: pass overwrite=True to replace it")
        local.parent.mkdir(parents=True, exist_ok=True)
        written = local.write_bytes(contents.encode("utf-8"))
        print(f"Wrote {written} bytes.")
        return True

    def head(self, file: str, maxBytes: int = 65536) -> str:  # noqa: N803
        with self._existing(file).open("rb") as opened:
            return opened.read(maxBytes).decode("utf-8", errors="replace")

    def mounts(self) -> list[MountInfo]:
        """What every workspace has: dbfs:/ and the volumes in it. Others cannot be mounted here."""
        return [MountInfo("/", "DatabricksRoot", ""), MountInfo("/Volumes", "UnityCatalogVolumes", "")]

    def _pair(self, source: str, destination: str, recurse: bool) -> tuple[Path, Path]:
        """A file copied to a folder keeps its name; the folders above the destination are made."""
        origin, target = self._existing(source), self._local(destination)
        if origin.is_dir() and not recurse:
            raise IsADirectoryError(f"{source} is a folder: pass recurse=True to take what is in it")
        if origin.is_file() and (target.is_dir() or destination.endswith("/")):
            target = target / origin.name
        target.parent.mkdir(parents=True, exist_ok=True)
        return origin, target

    def _existing(self, path: str) -> Path:
        local = self._local(path)
        if not local.exists():
            raise FileNotFoundError(f"{path} does not exist")
        return local

    def _local(self, path: str) -> Path:
        scheme, colon, rest = path.partition(":")
        if not colon or "/" in scheme:
            scheme, rest = "dbfs", path
        inside = posixpath.normpath("/" + rest.lstrip("/"))  # "/.." is "/"
        if scheme == "dbfs":
            return self._root / inside.lstrip("/")
        if scheme == "file":
            return Path(inside)
        raise ValueError(f"{path}: dbutils.fs knows dbfs:/ and file:/ here, not {scheme}:")

    def _info(self, local: Path) -> FileInfo:
        status = local.stat()
        slash = "/" if local.is_dir() else ""
        if local.is_relative_to(self._root):
            shown = "dbfs:/" + local.relative_to(self._root).as_posix()
        else:
            shown = f"file:{local}"
        size = 0 if slash else status.st_size
        return FileInfo(shown + slash, local.name + slash, size, status.st_mtime_ns // 1_000_000)
