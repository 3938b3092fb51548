"""The tutorial, end to end on real Spark: the YAML file and the C++ program are the same flow."""

import unittest

from harness import ROOT, WeirTest

TUTORIAL = ROOT / "examples/01-tutorial"


class Tutorial(WeirTest):
    with_workspace = True
