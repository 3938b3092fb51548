"""Names of goods as a web page has them, made readable by jsoup and plural by evo-inflector."""

from pyspark.sql import SparkSession

NAMES = ["fish &amp; chip", "cherry", "salt &amp; vinegar crisp", "knife"]

spark = SparkSession.builder.getOrCreate()
goods = spark.createDataFrame([(name,) for name in NAMES], "name string")
readable = goods.selectExpr("java_method('org.jsoup.parser.Parser', 'unescapeEntities', name, false) as name")
plurals = readable.selectExpr("java_method('org.atteo.evo.inflector.English', 'plural', name) as name")
print(", ".join(row.name for row in plurals.collect()))
