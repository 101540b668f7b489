"""Figures of Lectern on the local cloud, as ratios within one run: `make bench`."""
