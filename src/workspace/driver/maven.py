"""Maven libraries: resolved by the Ivy that Spark brings, with the repositories that this machine is set up for."""

from __future__ import annotations

import os
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

IVY_SETTINGS = "WEIR_IVY_SETTINGS"  # an ivysettings.xml, for machines that need more than a mirror
CENTRAL = "DEFAULT_ARTIFACT_REPOSITORY"  # what Spark takes for Maven's central repository


def use_mirror_of_this_machine() -> None:
    """What ~/.m2/settings.xml names as the mirror of the central repository, Spark's Ivy is to use as well. To be
    called before Java starts."""
    mirror = central_mirror(Path.home() / ".m2" / "settings.xml")
    if mirror:
        os.environ.setdefault(CENTRAL, mirror)


def central_mirror(settings: Path) -> str | None:
    try:
        root = ElementTree.parse(settings).getroot()
    except (OSError, ElementTree.ParseError):
        return None
    for mirror in root.iter():
        if mirror.tag.rpartition("}")[2] != "mirror":
            continue
        told = {child.tag.rpartition("}")[2]: (child.text or "").strip() for child in mirror}
        if told.get("mirrorOf") in ("*", "central", "external:*") and told.get("url"):
            return told["url"]
    return None


def resolve(jvm: Any, coordinates: str, repository: str | None, exclusions: list[str]) -> list[str]:
    """Local files of the library and of all it depends on. Raises what Ivy raises."""
    settings = os.environ.get(IVY_SETTINGS)
    found = jvm.org.apache.spark.util.DependencyUtils.resolveMavenDependencies(
        True, ",".join(exclusions), coordinates, repository, None, jvm.scala.Option.apply(settings)
    )
    return [found.apply(index) for index in range(found.size())]


def add_jar(spark: Any, jar: str) -> None:
    """For the driver, whose class loader Spark made so that it can grow, and for the executors."""
    jvm = spark._jvm
    path = jar.removeprefix("file:")
    jvm.java.lang.Thread.currentThread().getContextClassLoader().addURL(jvm.java.io.File(path).toURI().toURL())
    spark.sparkContext._jsc.addJar(path)
