"""A job that says when its first line ran, when it had its Spark, and when that had answered once."""
# ruff: noqa: E402

import time

moments = {"line": time.time_ns()}

import json

from pyspark.sql import SparkSession

session = SparkSession.builder.getOrCreate()
moments["spark"] = time.time_ns()
session.range(1000).count()
moments["answer"] = time.time_ns()
print(json.dumps(moments))
