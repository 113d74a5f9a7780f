"""Turns the bytes of a page, a PDF or a notebook into Markdown."""
