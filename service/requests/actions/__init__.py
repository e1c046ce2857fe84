"""What is done to requests: one function for each verb, and the only writers.

Locks are taken in this order, so that no two units of work wait for each other: the request's row, then rows
of its own (notes, results, files, search), then the end of its log.
"""
