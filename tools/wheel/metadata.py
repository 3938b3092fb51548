"""METADATA of the wheel: what pyproject.toml says, in the form that installers read."""

import tomllib


def metadata(root, version, licences):
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    fields = [
        ("Metadata-Version", "2.4"),
        ("Name", project["name"]),
        ("Version", version),
        ("Summary", project["description"]),
        ("License-Expression", project["license"]),
        *(("License-File", name) for name in licences),
        *(("Classifier", classifier) for classifier in project["classifiers"]),
        ("Requires-Python", project["requires-python"]),
        ("Description-Content-Type", "text/markdown"),
    ]
    head = "".join(f"{name}: {value}\n" for name, value in fields)
    return (head + "\n" + (root / project["readme"]).read_text()).encode()
