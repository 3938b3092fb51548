"""On which systems a binary runs: what it loads, and which glibc it asks for."""

import platform
import re
import subprocess

# What every Linux with glibc has; all else has to be inside of the binary.
PARTS_OF_GLIBC = re.compile(r"(lib(c|m|dl|rt|pthread|resolv|util)\.so\.\d+|ld-linux.*\.so\.\d+)")
OLDEST = (2, 17)  # the first that a manylinux tag can name in this form


def objdump(option, binary):
    return subprocess.run(["objdump", option, binary], check=True, capture_output=True, text=True).stdout


def libraries(binary):
    """The shared libraries that the loader needs before the binary starts."""
    return re.findall(r"^\s*NEEDED\s+(\S+)$", objdump("-p", binary), re.MULTILINE)


def require_portable(binary):
    if foreign := [library for library in libraries(binary) if not PARTS_OF_GLIBC.fullmatch(library)]:
        raise SystemExit(
            f"error: {binary} needs {', '.join(foreign)}, which a fresh machine does not have\n"
            "help: link it in: cmake/dependencies.cmake finds static libraries"
        )


def glibc(binary):
    """The youngest glibc whose symbols it uses."""
    versions = re.findall(r"\bGLIBC_(\d+)\.(\d+)", objdump("-T", binary))
    return max([OLDEST, *((int(major), int(minor)) for major, minor in versions)])


def platform_tag(binary):
    """As in PEP 600: this glibc or a younger one."""
    major, minor = glibc(binary)
    return f"manylinux_{major}_{minor}_{platform.machine()}"
