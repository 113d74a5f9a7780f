"""The questions that the benchmarks ask: those of the evaluation, and beginnings of the corpus's sentences."""

import random

from evals.bench.material import corpus_sentences
from evals.dataset import samples

_SEED = 11
_BEGINNING = 60  # characters


def questions(number: int) -> list[str]:
    """That many questions, half of them in either language beyond those of the evaluation; always the same ones."""
    asked = [sample.question for sample in samples()]
    spoken = corpus_sentences()
    rng = random.Random(_SEED)  # noqa: S311  # the same questions every time
    asked += [rng.choice(spoken["zh" if at % 2 else "en"])[:_BEGINNING] for at in range(number - len(asked))]
    return asked[:number]
