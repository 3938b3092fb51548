# Databricks notebook source
# MAGIC %md
# MAGIC # Ingest the weather of Seattle
# MAGIC One row a day from 2012 to 2015, as the public data set gives it. This notebook gives dates and units to the
# MAGIC columns, leaves out what cannot be right, and writes the rest as Parquet for the reports.

# COMMAND ----------

# DBTITLE 1,What to read
dbutils.widgets.text("since", "2012-01-01", "First day")
since = dbutils.widgets.get("since")

raw = spark.read.option("header", True).csv("dbfs:/tutorial/seattle-weather.csv")
raw.createOrReplaceTempView("raw")
print(f"{raw.count()} rows read")

# COMMAND ----------

# MAGIC %md
# MAGIC ## Clean
# MAGIC A day without a date, or with a minimum above its maximum, tells nothing; a day that comes twice counts once.

# COMMAND ----------

# MAGIC %sql
# MAGIC CREATE OR REPLACE TEMPORARY VIEW clean AS
# MAGIC SELECT DISTINCT
# MAGIC   to_date(date, 'yyyy/MM/dd')   AS day,
# MAGIC   CAST(precipitation AS DOUBLE) AS rain_mm,
# MAGIC   CAST(temp_max AS DOUBLE)      AS max_c,
# MAGIC   CAST(temp_min AS DOUBLE)      AS min_c,
# MAGIC   CAST(wind AS DOUBLE)          AS wind_ms,
# MAGIC   weather
# MAGIC FROM raw
# MAGIC WHERE date IS NOT NULL AND CAST(temp_min AS DOUBLE) <= CAST(temp_max AS DOUBLE);
# MAGIC
# MAGIC SELECT
# MAGIC   year(day)           AS year,
# MAGIC   count(*)            AS days,
# MAGIC   round(sum(rain_mm)) AS rain_mm,
# MAGIC   max(max_c)          AS max_c,
# MAGIC   min(min_c)          AS min_c
# MAGIC FROM clean WHERE day >= DATE(:since) GROUP BY year ORDER BY year

# COMMAND ----------

# DBTITLE 1,Write
from pyspark.sql import functions as F

weather = spark.table("clean").where(F.col("day") >= F.lit(since).cast("date"))
weather.orderBy("day").coalesce(1).write.mode("overwrite").parquet("dbfs:/tutorial/weather")

# COMMAND ----------

# DBTITLE 1,Tell what was written
import json

written = spark.read.parquet("dbfs:/tutorial/weather")
summary = written.agg(F.count("*").alias("rows"), F.min("day").alias("first"), F.max("day").alias("last")).first()
dbutils.notebook.exit(json.dumps(summary.asDict(), default=str))
