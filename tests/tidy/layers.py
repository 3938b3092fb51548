"""Who may include whom: a folder of src/ includes only what its CMake link line reaches."""

import posixpath
import re

from tree import Finding, lines_of

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"(?P<own>[^"]+)"|<(?P<other>[^>]+)>)')
LAYER = re.compile(r"weir_layer\(\s*[\w/]+(?P<links>[^)]*)\)|target_link_libraries\(\s*\w+(?P<program>[^)]*)\)")

# Third-party headers, and the only folders that see them: everybody else uses what these folders offer instead.
HOMES = {
    "boost/asio": ("loop", "net"),
    "boost/beast": ("net",),
    "curl/": ("net",),
    "sqlite3.h": ("sqlite",),
    "yaml-cpp/": ("yaml",),
    "CLI/": ("cli/terminal",),
}


def layers(tree):
    """Folder of src/ to the folders its link line names, and the same for what only its tests link."""
    links, test_links = {}, {}
    for path, text in tree.texts("/CMakeLists.txt"):
        found = LAYER.search(text)
        if found and path.startswith("src/"):
            folder = posixpath.dirname(path)[len("src/") :]
            own, _, for_tests = (found["links"] or found["program"]).partition("TEST_LINKS")
            links[folder] = re.findall(r"\bweir_(\w+)", own)
            test_links[folder] = re.findall(r"\bweir_(\w+)", for_tests)
    names = {folder.replace("/", "_"): folder for folder in links}

    def named(targets):
        return {layer: [names[id] for id in ids if id in names] for layer, ids in targets.items()}

    return named(links), named(test_links)


def reach(links, starts):
    """Every layer that can be reached along links from `starts`, these included."""
    seen, waiting = set(), list(starts)
    while waiting:
        layer = waiting.pop()
        if layer not in seen:
            seen.add(layer)
            waiting.extend(links.get(layer, ()))
    return seen


def layer_of(path, links):
    """The innermost layer that a path below src/ lies in."""
    folder = posixpath.dirname(path)
    while folder and folder not in links:
        folder = posixpath.dirname(folder)
    return folder


def includes(text):
    for number, line in lines_of(text):
        if found := INCLUDE.match(line):
            yield number, found["own"], found["other"]


def include_direction(tree):
    links, test_links = layers(tree)
    for layer, targets in links.items():
        if layer in reach(links, targets):
            yield Finding(f"src/{layer}/CMakeLists.txt", 1, f"'{layer}' links to itself in a circle")
    for path, text in tree.texts(".h", ".cpp"):
        if not path.startswith("src/"):
            continue
        own_layer = layer_of(path[len("src/") :], links)
        allowed = reach(links, [own_layer] + (test_links[own_layer] if path.endswith("_test.cpp") else []))
        for line, own, other in includes(text):
            if own:
                yield from check_own(tree, path, line, own, own_layer, allowed, links)
            else:
                yield from check_other(path, line, other, own_layer)


def check_own(tree, path, line, included, own_layer, allowed, links):
    if not tree.has("src/" + included):
        yield Finding(path, line, f'"{included}" is not a file of src/: include by the whole path from src/')
        return
    target = layer_of(included, links)
    if target not in allowed:
        yield Finding(path, line, f"'{own_layer}' may not include '{target}': its CMake link line does not reach it")


def check_other(path, line, included, own_layer):
    for prefix, homes in HOMES.items():
        if included.startswith(prefix) and own_layer not in homes:
            yield Finding(path, line, f"<{included}> is for {' and '.join(homes)} only: use what they offer")


def public_headers(tree):
    """Headers that users include are cheap: the standard library, each other and Boost.JSON's values."""
    for path, text in tree.texts(".h"):
        if not path.startswith("include/weir/"):
            continue
        for line, own, other in includes(text):
            if own:
                yield Finding(path, line, f'a public header includes <weir/…>, never "{own}" of src/')
            elif not re.fullmatch(r"weir/.*|boost/json.*|[a-z_0-9]+", other):
                yield Finding(path, line, f"<{other}> does not belong in a public header: hide it in the library")


def dead_headers(tree):
    included = set()
    for _, text in tree.texts(".h", ".cpp"):
        for _, own, other in includes(text):
            included.add("src/" + own if own else "include/" + other)
    for path, _ in tree.texts(".h"):
        if path.startswith(("src/", "include/")) and path not in included:
            yield Finding(path, 1, "nobody includes this header: delete it")
