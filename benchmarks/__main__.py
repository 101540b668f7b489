"""Runs the benchmarks; arguments name the sizes of the roster."""

import sys

from benchmarks.roster import DEFAULT_SIZES, run

if __name__ == "__main__":
    run([int(size) for size in sys.argv[1:]] or DEFAULT_SIZES)
