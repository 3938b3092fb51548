"""Makes the table of hourly traffic unless it is there: a folder of Parquet, a part for each week. Its first part is
empty, and keeps the types of the columns."""

from pyspark.sql import SparkSession

COLUMNS = "plaza STRING, day DATE, hour INT, direction STRING, vehicles INT"

if __name__ == "__main__":
    spark = SparkSession.builder.getOrCreate()
    spark.createDataFrame([], COLUMNS).write.mode("ignore").parquet("dbfs:/traffic/hourly/week=none")
