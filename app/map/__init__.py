"""The topic graph as a picture: what is shown, where it stands, and how it is drawn. Knows nothing of the web."""
