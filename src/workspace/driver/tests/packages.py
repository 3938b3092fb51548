"""Makes wheels and jars for the tests, as a builder of packages would."""

from __future__ import annotations

import os
import subprocess
import zipfile
from pathlib import Path

from driver.spark_home import installed_pyspark


def make_wheel(folder: Path, name: str, source: str, entry_points: str = "", version: str = "1.0") -> Path:
    """A package `name` with the one module `source`; entry points in the format of their file."""
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    described = f"{name}-{version}.dist-info"
    files = {
        f"{name}/__init__.py": source,
        f"{described}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{described}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    if entry_points:
        files[f"{described}/entry_points.txt"] = entry_points
    record = "".join(f"{path},,\n" for path in (*files, f"{described}/RECORD"))
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in {**files, f"{described}/RECORD": record}.items():
            archive.writestr(path, text)
    return wheel


def make_jar(folder: Path, name: str, sources: dict[str, str]) -> Path:
    """Compiles with what Spark brings: a Java without a compiler is enough. `sources` by file name."""
    jars = sorted((installed_pyspark() / "jars").glob("*.jar"))
    classes, written = folder / "classes", []
    for file, text in sources.items():
        written.append(folder / file)
        written[-1].write_text(text, encoding="utf-8")
    compiler = [str(jar) for jar in jars if jar.name.startswith(("janino", "commons-compiler"))]
    command = ["java", "-cp", os.pathsep.join(compiler), "org.codehaus.commons.compiler.samples.CompilerDemo"]
    class_path = os.pathsep.join(map(str, jars))
    subprocess.run([*command, "-d", str(classes), "-classpath", class_path, *map(str, written)], check=True)
    jar = folder / name
    with zipfile.ZipFile(jar, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n")
        for file in classes.rglob("*.class"):
            archive.write(file, file.relative_to(classes))
    return jar
