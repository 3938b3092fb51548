"""Runs one task of the embedded workspace: a Python file or a notebook, on real Spark, in a process of its own."""
