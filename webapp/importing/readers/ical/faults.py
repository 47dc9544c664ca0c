"""Why an entry of a calendar cannot be used."""


class BadItem(Exception):
    """An entry that is left out. The rest of its calendar goes in without it."""

    def __init__(self, code: str, message: str, line: int) -> None:
        super().__init__(message)
        self.code, self.message, self.line = code, message, line
