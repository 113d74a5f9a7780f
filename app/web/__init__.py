"""The page. The only package that knows gradio, FastAPI and uvicorn; what it shows is rendered in `render`."""
