"""The charts and pictures of one index, each made when it is first asked for."""

from functools import lru_cache
from typing import get_args

from app.map.chart import Charts
from app.map.place import place
from app.map.values import Chart, Picture, View
from ingest.library import Library
from ingest.values import Language

_KEPT = 64


class Atlas:
    """What a server keeps for as long as an index serves; several threads may ask at once."""

    def __init__(self, library: Library) -> None:
        self.charts = {language: Charts(library, language) for language in get_args(Language)}
        self._chart = lru_cache(maxsize=_KEPT)(lambda view: self.charts[view.language].chart(view))
        self._picture = lru_cache(maxsize=_KEPT)(lambda view: place(self._chart(view)))

    def chart(self, view: View) -> Chart:
        """What a view shows. Raises UsageError for a roadmap or a field that the map does not have."""
        return self._chart(view)

    def picture(self, view: View) -> Picture:
        """The same, drawn. Raises UsageError as `chart` does."""
        return self._picture(view)
