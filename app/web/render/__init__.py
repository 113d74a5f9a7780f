"""Pure functions from values to escaped HTML; nothing here knows gradio."""
