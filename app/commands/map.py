"""The map of topics as a file."""

import argparse
import sys

from app.commands.output import ANSWERED, opened_tutor, print_object
from app.map.export import export, roadmap_id
from app.map.values import View


def draw_map(arguments: argparse.Namespace) -> int:
    """`tutor map`."""
    with opened_tutor() as tutor:
        roadmap = roadmap_id(tutor.library, arguments.roadmap or "")
        view = View(language=arguments.language, roadmap=roadmap, field=arguments.field or "")
        drawn = export(tutor.library, view, arguments.format)
    if arguments.json:
        print_object({"format": arguments.format, "text": drawn})
    else:
        sys.stdout.write(drawn)
    return ANSWERED
