"""Loads boto3 while a function starts, when Lambda gives it a whole processor.

Whoever imports it needs boto3 anyway; a function that does without it does not import this.
"""

import boto3

__all__ = ["boto3"]
