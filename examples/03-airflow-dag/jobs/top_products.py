# Databricks notebook source
# MAGIC %md
# MAGIC # What sold best
# MAGIC `top` says how many products are told.

# COMMAND ----------

dbutils.widgets.text("day", "2021-01-01")
dbutils.widgets.text("top", "5")
day, top = dbutils.widgets.get("day"), int(dbutils.widgets.get("top"))

# COMMAND ----------

from pyspark.sql import functions as F

orders = spark.read.parquet(f"dbfs:/orders/day={day}")
sold = orders.groupBy("product").agg(F.sum("pieces").alias("pieces"))
best = sold.orderBy(F.desc("pieces"), "product").limit(top)
best.show()

# COMMAND ----------

import json

dbutils.notebook.exit(json.dumps({row.product: row.pieces for row in best.collect()}))
