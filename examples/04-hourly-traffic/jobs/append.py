# Databricks notebook source
# MAGIC %md
# MAGIC # Append a week of traffic
# MAGIC Reads the file with the table's types. A week is a part of the table, written in place of what it was: running
# MAGIC this again, after a failure or on purpose, counts nothing twice.

# COMMAND ----------

dbutils.widgets.text("file", "")
dbutils.widgets.text("week", "")
file, week = dbutils.widgets.get("file"), dbutils.widgets.get("week")

# COMMAND ----------

types = spark.read.parquet("dbfs:/traffic/hourly/week=none").schema
hours = spark.read.schema(types).json(file)
hours.coalesce(1).write.mode("overwrite").parquet(f"dbfs:/traffic/hourly/week={week}")

# COMMAND ----------

from pyspark.sql import functions as F

table = spark.read.parquet("dbfs:/traffic/hourly")
table.where(F.col("week") == week).groupBy("plaza").agg(F.sum("vehicles").alias("vehicles")).orderBy("plaza").show()

# COMMAND ----------

import json

totals = table.agg(F.count("*").alias("rows"), F.countDistinct("day").alias("days")).first()
dbutils.notebook.exit(json.dumps(totals.asDict()))
