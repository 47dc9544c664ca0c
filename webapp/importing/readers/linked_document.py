"""A source of linked data while it is read. Pure."""

from collections import Counter
from dataclasses import dataclass, field

from webapp.importing.readers.nodes import Graph
from webapp.importing.readers.notes import Notes
from webapp.importing.rules.found import Asked


@dataclass
class Document:
    """What is asked, what is known of all nodes, what is to be said, and how often each name is used."""

    asked: Asked
    graph: Graph = field(default_factory=Graph)
    notes: Notes = field(default_factory=Notes)
    names: Counter[str] = field(default_factory=Counter)
