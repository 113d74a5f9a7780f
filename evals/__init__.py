"""Judges the tutor on questions with known answers. Imports `app` and `ingest`; neither imports it."""
