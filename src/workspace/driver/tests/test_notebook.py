import unittest

from driver.notebook import NotebookError, parse

SOURCE = """\
# Databricks notebook source
# MAGIC %md
# MAGIC # Title

# COMMAND ----------

# DBTITLE 1,Count
rows = 3
rows

# COMMAND ----------

# COMMAND ----------

# MAGIC %sql SELECT 1;
# MAGIC
# MAGIC SELECT 2
"""


class Parsing(unittest.TestCase):
    def test_cells_are_numbered_as_the_author_counts_them_and_keep_their_place(self):
        cells = parse(SOURCE)
        self.assertEqual(
            [(cell.number, cell.magic, cell.first_line) for cell in cells],
            [(1, "md", 2 - 1), (2, "python", 6), (3, "sql", 14)],
        )
        self.assertEqual(cells[1].lines, ["", "", "rows = 3", "rows", ""])
        self.assertEqual(cells[2].text.strip(), "SELECT 1;\n\nSELECT 2")

    def test_a_python_magic_gives_the_code_behind_the_marks(self):
        (cell,) = parse("# MAGIC %python\n# MAGIC if True:\n# MAGIC     x = 1\n#MAGIC\n".replace("#MAGIC", "# MAGIC"))
        self.assertEqual((cell.magic, cell.text), ("python", "\nif True:\n    x = 1\n"))

    def test_a_file_without_header_or_separators_is_one_cell(self):
        (cell,) = parse("print(1)\n")
        self.assertEqual((cell.first_line, cell.text), (1, "print(1)"))

    def test_an_empty_notebook_has_no_cells(self):
        self.assertEqual(parse("# Databricks notebook source\n"), [])

    def test_a_cell_of_code_and_magic_is_refused_at_the_line_that_does_not_fit(self):
        with self.assertRaisesRegex(NotebookError, r"cell 1, line 2: .* code or %pip"):
            parse("# Databricks notebook source\nimport json\n# MAGIC %pip install x\n")

    def test_a_mark_without_a_language_is_refused(self):
        with self.assertRaisesRegex(NotebookError, r"cell 1, line 1: .*without a %language"):
            parse("# MAGIC SELECT 1\n")
