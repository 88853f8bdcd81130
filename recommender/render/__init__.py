"""Recommendations as text or bytes. Formats know recommendations; nothing here knows the web."""
