"""Writes docs/drills.md and its pictures from what is kept in tests/cluster/results/."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.report import documents, drawn
from bench.results import Plot
from local.paths import ROOT
from tests.cluster.drills import CONTROLS, DRILLS
from tests.cluster.run import COPIES, Drill, Outcome

DOCS = ROOT / "docs"
HERE = Path(__file__).parent
HEAD = (
    "| drill | what is done | sent | failed GET | failed POST | resent | longest | last failure after "
    "| orders | lost | oversold | broken rules | took | verdict |\n" + "|---" * 14 + "|"
)
NOT_RUN = "not run"


def write(outcomes: Mapping[str, Outcome], docs: Path = DOCS) -> None:
    """The page, and a picture for each drill that is drawn; pictures of drills that are gone go too."""
    folder = docs / "img"
    for old in folder.glob("drill-*.svg"):
        old.unlink()
    for outcome in outcomes.values():
        for plot, file in pictures(outcome):
            (folder / file).write_text(drawn(plot))
    (docs / "drills.md").write_text(page(outcomes))


def page(outcomes: Mapping[str, Outcome]) -> str:
    """The page's text; a drill that was never held says so."""
    return (
        documents(HERE)
        .get_template("drills.md.j2")
        .render(
            drills=rows(DRILLS, outcomes),
            controls=rows(CONTROLS, outcomes),
            pictures=[found for one in outcomes.values() for found in pictures(one)],
            seen=[(one.name, [one.seen, one.wrong, *one.reasons]) for one in outcomes.values()],
            versions=sorted({f"{one.version} on {one.at[:10]}" for one in outcomes.values() if one.version}),
        )
    )


def rows(drills: Sequence[Drill], outcomes: Mapping[str, Outcome]) -> str:
    """A table of these drills in their order."""
    lines = [row(outcomes[drill.name]) if drill.name in outcomes else _not_run(drill) for drill in drills]
    return "\n".join([HEAD, *lines])


def table(outcomes: Sequence[Outcome]) -> str:
    """What was held just now, as Markdown."""
    good = sum(outcome.passed for outcome in outcomes)
    ended = f"{good} of {len(outcomes)} ended as they must."
    return "\n".join([HEAD, *map(row, outcomes), "", ended])


def row(one: Outcome) -> str:
    last = f"{one.last_failure:.1f} s" if one.failed else "–"
    cells = (
        *(one.name, one.says, f"{one.sent:,}", one.failed_get, one.failed_post, one.resent),
        *(f"{one.longest:.1f} s", last, one.bought, one.lost, one.oversold, one.breaches),
        *(f"{one.took:.0f} s", one.verdict if one.passed else f"**{one.verdict}**"),
    )
    return "| " + " | ".join(map(str, cells)) + " |"


def pictures(outcome: Outcome) -> list[tuple[Plot, str]]:
    """Its plots and their files; copies, a handful beside hundreds of requests, have a scale of their own."""
    if not outcome.plot:
        return []
    told = outcome.plot
    labels = [(int(at), str(text)) for at, text in told["labels"]]
    copies = {name: line for name, line in told["lines"].items() if name.startswith(COPIES)}
    others = {name: line for name, line in told["lines"].items() if name not in copies}
    found = [(Plot(told["title"], told["said"], labels, others), f"drill-{outcome.slug}.svg")]
    if copies:
        title = f"{outcome.name[:1].upper()}{outcome.name[1:]}: copies that guests reach"
        found.append((Plot(title, told["said"], labels, copies), f"drill-{outcome.slug}-copies.svg"))
    return found


def _not_run(drill: Drill) -> str:
    return f"| {drill.name} | {drill.says} |" + " – |" * 11 + f" **{NOT_RUN}** |"
