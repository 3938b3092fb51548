"""What a Spark makes of the catalog of its workspace, on one real Spark: the others are played by changing the file."""

import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path

from driver.catalog import Catalog, bring_in, read_parts


class CatalogOfAWorkspace(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        from pyspark.sql import SparkSession

        cls.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        cls.addClassCleanup(cls.folder.cleanup)
        builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
        cls.spark = builder.config("spark.sql.warehouse.dir", f"{cls.folder.name}/warehouse").getOrCreate()
        cls.addClassCleanup(cls.spark.stop)

    def setUp(self):
        self.home = Path(tempfile.mkdtemp(dir=self.folder.name))
        self.catalog = Catalog(self.home)
        self.addCleanup(self.drop_all)

    def drop_all(self):
        for one in self.spark.catalog.listDatabases():
            if one.name != "default":
                self.spark.sql(f"DROP DATABASE {one.name} CASCADE")

    def synchronize(self, catalog=None):
        """What was said meanwhile."""
        with contextlib.redirect_stderr(io.StringIO()) as said:
            (catalog or self.catalog).synchronize(self.spark)
        return said.getvalue()

    def databases(self):
        return {one.name for one in self.spark.catalog.listDatabases()}

    def kept(self):
        return read_parts(self.home / "catalog.json")[self.spark.version]

    def another_spark(self, change):
        kept = self.kept()
        change(kept)
        (self.home / "catalog.json").write_text(json.dumps({"parts": {self.spark.version: kept}}))

    def test_a_database_that_another_dropped_goes_with_the_functions_that_only_this_spark_has_in_it(self):
        self.spark.sql("CREATE DATABASE d")
        self.spark.sql("CREATE FUNCTION d.f AS 'org.apache.hadoop.hive.ql.udf.generic.GenericUDFAbs'")
        location = Path(self.folder.name, "warehouse", "d.db")
        self.assertTrue(location.exists())
        self.synchronize()
        self.another_spark(lambda kept: kept.pop("database:d"))
        self.assertEqual(self.synchronize(), "")
        self.assertEqual(self.databases(), {"default"})
        self.assertTrue(location.exists())  # whoever dropped it has seen to that, and another may have it by now
        location.rmdir()
        self.spark.sql("CREATE DATABASE d")
        self.synchronize()
        self.assertIn("database:d", self.kept())

    def test_a_database_that_another_dropped_stays_with_the_table_that_was_made_in_it_meanwhile(self):
        self.spark.sql("CREATE DATABASE d")
        self.synchronize()
        self.spark.sql("CREATE TABLE d.t (n INT) USING parquet")
        self.another_spark(lambda kept: kept.pop("database:d"))
        self.synchronize()
        self.assertEqual(sorted(self.kept()), ["database:d", "database:default", "table:d.t"])
        self.assertEqual(self.spark.table("d.t").count(), 0)

    def test_a_database_in_which_a_table_is_made_while_it_is_to_go_stays_as_it_was(self):
        self.spark.sql("CREATE DATABASE d")
        self.spark.sql("CREATE TABLE d.t (n INT) USING parquet")
        before = self.spark.catalog.getDatabase("d")
        with contextlib.redirect_stderr(io.StringIO()) as said:
            self.assertEqual(bring_in(self.spark, {"database:d": None}, {}), {"database:d": None})
        self.assertIn("The database d of the workspace was dropped, and stays in this Spark.", said.getvalue())
        self.assertEqual(self.spark.catalog.getDatabase("d"), before)

    def test_a_database_on_a_place_out_of_reach_is_left_out_and_kept_for_those_who_reach_it(self):
        self.spark.sql("CREATE DATABASE lake")
        self.spark.sql("CREATE TABLE lake.t (n INT) USING parquet")
        self.spark.sql("CREATE DATABASE near")
        self.spark.sql("ALTER DATABASE lake SET LOCATION 'unheard-of://bucket/lake'")
        self.synchronize()
        whole = self.kept()
        self.spark.sql("ALTER DATABASE lake SET LOCATION 'file:/dev/null/none'")
        self.drop_all()

        other = Catalog(self.home)  # of a Spark that has seen none of it
        said = self.synchronize(other)
        self.assertEqual(said.count("\n"), 1, said)
        self.assertIn("The database lake of the workspace is left out of this Spark.", said)
        self.assertIn("unheard-of", said)
        self.assertEqual(self.databases(), {"default", "near"})
        self.spark.sql("DROP DATABASE near")
        self.assertEqual(self.synchronize(other), "")
        self.assertEqual(self.kept(), {key: one for key, one in whole.items() if key != "database:near"})

        self.another_spark(lambda kept: [kept.pop(key) for key in ("database:lake", "table:lake.t")])
        self.assertEqual(self.synchronize(other), "")
        self.assertEqual(list(self.kept()), ["database:default"])


if __name__ == "__main__":
    unittest.main()
