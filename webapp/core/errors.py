"""How the platform says no: an exception with a sentence for the person who asked."""

from collections.abc import Mapping


class Refusal(Exception):
    """Something that cannot be done, told in a sentence that says what is and what would be right.

    `status` is the HTTP status of the answer, `code` the stable name that programs may rely on,
    `title` an optional short headline for the notice, `way` a page that helps on, as its words and path.
    """

    status = 409
    code = "refused"
    way: tuple[str, str] | None = None

    def __init__(self, sentence: str, *, title: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.title = title

    @property
    def said(self) -> str:
        """Headline and sentence, for a list of several refusals."""
        return " ".join(filter(None, (self.title and f"{self.title.rstrip('.')}.", self.sentence)))


class NotFound(Refusal):
    status = 404
    code = "not-found"


class Forbidden(Refusal):
    status = 403
    code = "forbidden"


class Conflict(Refusal):
    code = "conflict"


class Gone(Refusal):
    status = 410
    code = "gone"


class Invalid(Refusal):
    """What was typed cannot be used; `fields` says for each field what would be right."""

    status = 422
    code = "invalid"

    def __init__(
        self, sentence: str, *, fields: Mapping[str, str] | None = None, title: str | None = None
    ) -> None:
        super().__init__(sentence, title=title)
        self.fields = dict(fields or {})


class TooMany(Refusal):
    """Asked too often; `retry_after` is in seconds."""

    status = 429
    code = "too-many"

    def __init__(self, sentence: str, *, retry_after: int) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Unavailable(Refusal):
    """A part outside our house is away; `retry_after` is in seconds."""

    status = 503
    code = "unavailable"

    def __init__(self, sentence: str, *, retry_after: int = 30, title: str | None = None) -> None:
        super().__init__(sentence, title=title)
        self.retry_after = retry_after
