"""The licence texts that travel with the binary: weir's own, and those of everything that is linked into it.

All of them allow it. SQLite is in the public domain and has no text.
"""

from pathlib import Path

# What is linked in, and the Debian package that has its text.
DEBIAN = {
    "cli11": "libcli11-dev",
    "fmt": "libfmt-dev",
    "libsodium": "libsodium-dev",
    "libstdc++": "libstdc++-12-dev",  # with the exception that lets programs of any licence contain it
    "llvm": "libunwind-19-dev",  # its unwinder and its builtins
    "nghttp2": "libnghttp2-dev",
    "openssl": "libssl-dev",
    "yaml-cpp": "libyaml-cpp-dev",
    "zlib": "zlib1g-dev",
}


def licence_files(root):
    """Name to content, in the order of their names."""
    texts = {
        f"third-party/{name}.txt": Path("/usr/share/doc", package, "copyright") for name, package in DEBIAN.items()
    }
    texts |= {
        "LICENSE": root / "LICENSE",
        "third-party/boost.txt": root / "tools/wheel/boost.txt",
        "third-party/curl.txt": root / ".deps/curl/COPYING",
    }
    return {name: texts[name].read_bytes() for name in sorted(texts)}
