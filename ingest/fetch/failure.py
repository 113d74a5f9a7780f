"""Why a page could not be got: raised inside a fetch, told as an Outcome outside."""

from ingest.errors import TutorError
from ingest.fetch.values import LinkState


class Failure(TutorError):
    """A fetch ended without a page; the message is the reason, `status` the HTTP status (0 without an answer).

    `again` says that another try may help; `wait` is how many seconds the host asks for before it, None when it
    does not say.
    """

    def __init__(
        self, state: LinkState, reason: str, *, status: int = 0, again: bool = False, wait: float | None = None
    ) -> None:
        super().__init__(reason)
        self.state: LinkState = state
        self.status = status
        self.again = again
        self.wait = wait
