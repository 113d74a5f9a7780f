"""What can go wrong, by whose fault it is.

TutorError
├── UsageError            the caller's: an empty question, an unknown topic
├── ConfigurationError    the operator's: a setting, a folder that cannot be written
├── CorpusError           the author's: nothing in the corpus can be read
└── IndexUnavailable      the index cannot serve
    ├── IndexMissing      nothing has been built yet
    ├── IndexLocked       another process holds it
    ├── IndexStale        built by another version of the encoder or chunker, or not where the settings want it
    └── IndexDamaged      files are missing or unreadable
"""


class TutorError(Exception):
    """One sentence for a person: what happened, with what, and what to do."""


class UsageError(TutorError):
    """The caller asked for something that has no meaning."""


class ConfigurationError(TutorError):
    """A setting is wrong, or the machine does not allow what it asks for."""


class CorpusError(TutorError):
    """The corpus holds nothing that can be read."""


class IndexUnavailable(TutorError):
    """The index cannot answer now."""


class IndexMissing(IndexUnavailable):
    """No index has been built in the data directory."""


class IndexLocked(IndexUnavailable):
    """Another process has the index open."""


class IndexStale(IndexUnavailable):
    """The index was built by another version of the encoder or the chunker, or lies where the settings do not look."""


class IndexDamaged(IndexUnavailable):
    """The files of the index are missing or cannot be read."""
