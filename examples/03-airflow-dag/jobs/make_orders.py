# Databricks notebook source
# MAGIC %md
# MAGIC # The orders of a day
# MAGIC Stands for a system that would be asked for them: ten thousand orders, always the same for the same day.

# COMMAND ----------

dbutils.widgets.text("day", "2021-01-01")
day = dbutils.widgets.get("day")

# COMMAND ----------

# MAGIC %sql
# MAGIC CREATE OR REPLACE TEMPORARY VIEW orders AS
# MAGIC SELECT
# MAGIC   id                                                                AS order,
# MAGIC   element_at(array('apple', 'bread', 'cheese', 'dates', 'eggs', 'figs', 'grapes', 'honey'),
# MAGIC              int(1 + 8 * pow(pmod(xxhash64(id, :day), 1000) / 1000, 2))) AS product,
# MAGIC   int(1 + pmod(xxhash64(:day, id), 5))                              AS pieces
# MAGIC FROM range(10000)

# COMMAND ----------

# Written in place of what was there: a second run of the same day changes nothing.
orders = spark.table("orders")
orders.coalesce(1).write.mode("overwrite").parquet(f"dbfs:/orders/day={day}")
print(f"{orders.count()} orders on {day}")
