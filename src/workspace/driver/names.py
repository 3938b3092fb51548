"""Which names a piece of code expects to find defined already."""

from __future__ import annotations

import dis
from types import CodeType

MODULE_LOADS = ("LOAD_NAME", "LOAD_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS")
MODULE_STORES = ("STORE_NAME", "STORE_GLOBAL")


def expects(code: CodeType, name: str) -> bool:
    """True when running `code` at the top of a module reads `name` before giving it a value: the code relies on
    someone having defined it. Code that defines the name itself first (`spark = SparkSession...`) does not."""
    for instruction in dis.get_instructions(code):
        if instruction.argval != name:
            continue
        if instruction.opname in MODULE_LOADS:
            return True
        if instruction.opname in MODULE_STORES:
            return False
    return any(expects(inner, name) for inner in code.co_consts if isinstance(inner, CodeType))
