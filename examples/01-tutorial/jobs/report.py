"""Reports on the weather that the ingest job wrote: `report.py daily` or `report.py monthly`."""

import sys

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F


def daily(weather: DataFrame) -> DataFrame:
    """The days with most rain."""
    wettest = weather.orderBy(F.desc("rain_mm"), "day").limit(5)
    return wettest.select("day", "rain_mm", "max_c", "min_c", "wind_ms")


def monthly(weather: DataFrame) -> DataFrame:
    """What a January, a February … is like, over all years."""
    calendar_months = weather.groupBy(F.month("day").alias("number"), F.date_format("day", "MMM").alias("month"))
    averages = calendar_months.agg(
        F.count("*").alias("days"),
        (F.sum("rain_mm") / F.countDistinct(F.year("day"))).alias("rain_mm"),
        F.avg(F.when(F.col("rain_mm") > 0, 100).otherwise(0)).alias("wet_percent"),
        F.avg("max_c").alias("max_c"),
        F.avg("min_c").alias("min_c"),
    )
    return averages.orderBy("number").drop("number")


def print_table(frame: DataFrame) -> None:
    table = [frame.columns, *([as_text(value) for value in row] for row in frame.collect())]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))


def as_text(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)


REPORTS = {"daily": ("The wettest days", daily), "monthly": ("An average month", monthly)}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in REPORTS:
        sys.exit(f"usage: report.py {'|'.join(REPORTS)}")
    title, report = REPORTS[sys.argv[1]]
    weather = SparkSession.builder.getOrCreate().read.parquet("dbfs:/tutorial/weather")
    first, last = weather.agg(F.min("day"), F.max("day")).first()
    print(f"{title}, {first} to {last}")
    print_table(report(weather))
