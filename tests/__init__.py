"""The tests; before any of them imports the program, catalogues that were edited are compiled."""

from hatch_build import compile_catalogues

compile_catalogues()
