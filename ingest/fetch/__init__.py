"""Fetches web pages politely and safely, and keeps what it got."""
