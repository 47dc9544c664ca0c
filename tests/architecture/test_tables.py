"""Every table of staff filters, sorts, pages and exports, but for a few that cannot have many rows."""

from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "templates"

# Which are plain, and why they never need more.
PLAIN = {
    "accounts/security.html": "the last twenty things that happened to one account",
    "accounts/staff/choose.html": "the organizers that one person works for",
    "accounts/staff/roles.html": "what each role may do, which is written in the code",
    "booking/mine.html": "a guest's own orders",
    "booking/staff/order.html": "one order's tickets and money",
    "booking/staff/seats.html": "the price levels of one plan, and who its seats are held back for",
    "catalog/staff/_reserves.html": "the codes that one date keeps places for",
    "catalog/staff/type.html": "the price steps of one ticket type",
    "importing/staff/_reading.html": "a form: what each column and each venue of a file means",
    "importing/staff/imports.html": "files that wait for a person; they are thrown away after a week",
    "ops/_cluster.html": "the machines, jobs and copies of one cluster, as Nomad tells of them now",
    "ops/background.html": "the queues, which are three",
    "ops/health.html": "processes that were seen in the last day, and circuits",
    "planning/staff/_changes.html": "a form: each date is ticked, and none may be on another page",
    "planning/staff/_preview.html": "a form: each day of a rule is ticked, and none may be on another page",
    "planning/staff/clone.html": "a form: each date is ticked, and none may be on another page",
    "reports/_sale.html": "what is on sale, told to all who look at once; the list of dates narrows",
    "reports/sheet.html": "a report: it filters, sorts, pages and exports by its own parts",
    "reports/today.html": "the next few dates; the list of dates follows",
    "ui/table.html": "the component",
    "waitingroom/staff/rehearsal.html": "one rehearsal's figures",
}


def test_a_plain_table_is_one_that_cannot_have_many_rows() -> None:
    texts = {str(path.relative_to(TEMPLATES)): path.read_text("utf-8") for path in TEMPLATES.rglob("*.html")}
    plain = {
        name for name, text in texts.items() if "{% call table(" in text or "import table as rows %}" in text
    }
    assert plain == set(PLAIN)
