import unittest

from driver.sql import split_statements


def texts(cell):
    return [statement.text for statement in split_statements(cell)]


class Splitting(unittest.TestCase):
    def test_semicolons_separate_statements(self):
        self.assertEqual(texts("SELECT 1;\n\nSELECT 2;\n"), ["SELECT 1", "SELECT 2"])

    def test_semicolons_in_strings_names_and_comments_separate_nothing(self):
        for statement in (
            "SELECT ';', 'it''s;', 'a\\';'",
            'SELECT ";"',
            "SELECT `a;b`",
            "SELECT 1 -- x; y\n, 2",
            "SELECT /* ; */ 1",
        ):
            self.assertEqual(texts(statement + ";"), [statement])

    def test_comments_alone_are_no_statement(self):
        self.assertEqual(texts("-- nothing\n; /* here */ ;"), [])

    def test_a_script_is_one_statement(self):
        script = "-- counts\nBEGIN\n  DECLARE n INT;\n  SELECT n;\nEND"
        self.assertEqual(texts(script + ";\n"), [script])

    def test_a_statement_knows_where_it_begins(self):
        self.assertEqual([statement.line for statement in split_statements("\nSELECT 1;\n\n  SELECT 2")], [1, 3])
