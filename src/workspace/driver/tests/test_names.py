import unittest

from driver.names import expects


def expects_spark(text):
    return expects(compile(text, "user", "exec"), "spark")


class Expecting(unittest.TestCase):
    def test_code_that_reads_the_name_expects_it(self):
        self.assertTrue(expects_spark("spark.range(3)"))
        self.assertTrue(expects_spark("def f():\n    return [spark.range(n) for n in range(3)]"))
        self.assertTrue(expects_spark("try:\n    spark\nexcept NameError:\n    spark = make()"))
        self.assertTrue(expects_spark("spark = spark.newSession()"))

    def test_code_that_defines_the_name_first_does_not(self):
        self.assertFalse(expects_spark("spark = make()\nspark.range(3)"))
        self.assertFalse(expects_spark("from mine import spark\nspark.range(3)"))
        self.assertFalse(expects_spark("spark = make()\ndef f():\n    return spark.range(3)"))

    def test_other_uses_of_the_word_do_not_count(self):
        self.assertFalse(expects_spark("x = 'spark'\ndef f(spark):\n    return spark.range(3)\nmine.spark(spark=1)"))
