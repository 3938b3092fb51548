"""Java of our own, compiled inside a JVM of Spark by Janino, which Spark brings: nothing has to be built or shipped for
one version of Spark or another."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def compiled(jvm: Any, name: str) -> Any:
    """A new object of the class weir.<name>, whose source lies beside this file. It sees what the JVM can load."""
    compiler = jvm.org.codehaus.janino.SimpleCompiler()
    compiler.setParentClassLoader(jvm.java.lang.Thread.currentThread().getContextClassLoader())
    compiler.cook(Path(__file__).with_name(f"{name}.java").read_text(encoding="utf-8"))
    return compiler.getClassLoader().loadClass(f"weir.{name}").getDeclaredConstructors()[0].newInstance(None)
