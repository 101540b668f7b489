"""The composition root: the only place that builds adapters, each once and only when it is used.

There is a module for each kind of work, so that a function imports no more than its own does.
"""
