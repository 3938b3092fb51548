"""What every text file keeps to: white space, marks of unfinished work, length, links, places."""

import posixpath
import re

from tree import Finding, lines_of

LENGTH_MAX = 400
LONG_FILES = "tests/tidy/long_files.txt"
GENERATED = "do not edit"  # in the first line of files that programs make

UNFINISHED = re.compile(r"\b(?:TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b")
REGISTRIES = re.compile(r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|repo1?\.maven|maven\.org|proxy\.golang\.org")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)\)")
QUOTE = re.compile(r"<!-- quotes (?P<file>\S+) -->\n```\w*\n(?P<code>.*?)```", re.DOTALL)
HEADING = re.compile(r"^#+\s+(?P<title>.+?)\s*$")


def white_space(tree):
    for path, text in tree.texts():
        for number, line in lines_of(text):
            if "\t" in line:
                yield Finding(path, number, "a tab: indent with spaces")
            if line != line.rstrip():
                yield Finding(path, number, "blanks at the end of the line")
        if text and not text.endswith("\n"):
            yield Finding(path, text.count("\n") + 1, "the file does not end with a newline")
        if text.endswith("\n\n"):
            yield Finding(path, text.count("\n"), "empty lines at the end of the file")


def unfinished_work(tree):
    for path, text in tree.texts():
        for number, line in lines_of(text):
            if found := UNFINISHED.search(line):
                yield Finding(path, number, f"'{found[0]}': finish it, or write an issue")


def file_length(tree):
    """New files stay short; the long ones of today, listed with their length, may only shrink. A file that a program
    makes is as long as what it is made of."""
    allowed = {}
    for line in tree.files.get(LONG_FILES, "").splitlines():
        if line and not line.startswith("#"):
            path, length = line.split()
            allowed[path] = int(length)
    for path, text in tree.texts(".h", ".cpp", ".py", ".sh"):
        length, limit = text.count("\n"), allowed.pop(path, None)
        if GENERATED in text.partition("\n")[0]:
            continue
        if limit is None and length > LENGTH_MAX:
            yield Finding(path, length, f"{length} lines, {LENGTH_MAX} is the limit: look for a second noun in it")
        elif limit is not None and length > limit:
            yield Finding(path, length, f"{length} lines, it had {limit} and may only shrink: look for a second noun")
        elif limit is not None and length <= LENGTH_MAX:
            yield Finding(path, length, f"short enough now: take it off {LONG_FILES}")
    for path in allowed:
        yield Finding(LONG_FILES, 1, f"{path} does not exist: take it off the list")


def anchors_of(text):
    """The anchors of a Markdown file's headings, as GitHub makes them."""
    titles = (HEADING.match(line) for _, line in lines_of(text))
    return {re.sub(r"[^\w\- ]", "", found["title"].lower()).replace(" ", "-") for found in titles if found}


def markdown_links(tree):
    for path, text in tree.texts(".md"):
        for number, line in lines_of(text):
            for found in LINK.finditer(line):
                target, _, anchor = found["target"].partition("#")
                if re.match(r"[a-z]+:", target):
                    continue
                file = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) if target else path
                if not tree.has(file):
                    yield Finding(path, number, f"the link to '{found['target']}' leads nowhere")
                elif anchor and anchor not in anchors_of(tree.files.get(file) or ""):
                    yield Finding(path, number, f"'{file}' has no heading for '#{anchor}'")


def quoted_files(tree):
    """A code block below `<!-- quotes PATH -->` stands word for word in that file."""
    for path, text in tree.texts(".md"):
        for found in QUOTE.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            if found["code"] not in (tree.files.get(found["file"]) or ""):
                yield Finding(path, line, f"the block is not what '{found['file']}' says: quote it again")


def places(root, home):
    """The rule against paths of this machine, and registry hosts, which belong to a user's own set-up."""
    local = [re.escape(f"{place}/") for place in (root, home) if len(place.parts) > 1]
    pattern = re.compile("|".join([*local, REGISTRIES.pattern]))

    def machine_places(tree):
        for path, text in tree.texts():
            for number, line in lines_of(text):
                if found := pattern.search(line):
                    yield Finding(path, number, f"'{found[0]}' means nothing on another machine")

    return machine_places
