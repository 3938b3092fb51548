"""The work of the sequential benchmarks, the same for all. As a program: TIMES calls with N, with nothing around."""

import sys


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


if __name__ == "__main__":
    for _ in range(int(sys.argv[1])):
        fibonacci(int(sys.argv[2]))
