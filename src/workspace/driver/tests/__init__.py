"""Run from the repository's root:

python -m unittest discover -s src/workspace/driver/tests -t src/workspace                     no Spark needed
python -m unittest discover -s src/workspace/driver/tests -t src/workspace -p 'spark_*.py'     on real Spark
"""
