"""Every example in a docstring of the package runs, and prints what stands below it."""

import doctest
import importlib
import pkgutil
import unittest

import weir


def modules():
    """The package's modules; those whose name begins with two underscores are programs."""
    for found in pkgutil.walk_packages(weir.__path__, "weir."):
        if not found.name.rpartition(".")[2].startswith("__"):
            yield importlib.import_module(found.name)


def load_tests(loader, tests, pattern):
    """What unittest runs instead of looking for classes: a test for each docstring that has examples."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    for module in modules():
        tests.addTest(doctest.DocTestSuite(module, test_finder=finder, optionflags=doctest.ELLIPSIS))
    return tests


if __name__ == "__main__":
    unittest.main()
