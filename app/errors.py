"""What can go wrong with the model; everything else is in `ingest.errors`.

TutorError
└── ModelFailure     the model's endpoint is down, slow, refuses, or sends what cannot be read
"""

from ingest.errors import TutorError


class ModelFailure(TutorError):
    """The model did not give a usable answer; `reason` is a key of the page's texts."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
