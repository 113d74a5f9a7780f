"""Reads roadmaps of any form: their stages, paths and orders, each with the line that says so."""

from ingest.roadmap.graph import read_graph
from ingest.roadmap.markers import STAGE
from ingest.roadmap.planning import disagreements, planning_order
from ingest.roadmap.understand import understand
from ingest.roadmap.values import Disagreement, Graph, Plan, ShownEdge, Stage, StageResource, Understood

__all__ = [
    "STAGE",
    "Disagreement",
    "Graph",
    "Plan",
    "ShownEdge",
    "Stage",
    "StageResource",
    "Understood",
    "disagreements",
    "planning_order",
    "read_graph",
    "understand",
]
