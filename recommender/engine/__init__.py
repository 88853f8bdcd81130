"""Answers in, six ranked types out. Pure: standard library only, no file, no clock, no web."""
