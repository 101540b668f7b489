"""The rules of Lectern: plain functions over frozen models, without AWS, HTTP or a clock."""
