import unittest

from driver.source import unindented


class Unindenting(unittest.TestCase):
    def test_code_may_be_indented_as_its_first_line_is(self):
        self.assertEqual(unindented("\n    if True:\n        x = 1\n    "), "\nif True:\n    x = 1\n")
        self.assertEqual(unindented("x = 1\n    y"), "x = 1\n    y")
        self.assertEqual(unindented(""), "")

    def test_what_is_indented_less_stays_as_it_is(self):
        self.assertEqual(
            unindented('    text = """\n  inside\n"""\n    print(text)'), 'text = """\n  inside\n"""\nprint(text)'
        )
