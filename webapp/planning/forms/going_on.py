"""How a series is to go on: the fields of its pattern, from which date, and the word for its guests."""

from datetime import date

from webapp.planning.forms.bulk import WordForm
from webapp.planning.forms.series import PatternForm
from webapp.planning.service.following import Wish


class SeriesChangeForm(PatternForm, WordForm):
    """`since` is the day from which, empty for all that is ahead."""

    since: date | None = None
    all_of_them: bool = False

    def going_on(self, country: str) -> Wish:
        return Wish(self.venue_id, self.pattern(country), self.since, self.all_of_them)
