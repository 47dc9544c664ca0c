"""What is said when the machine lacks something: one sentence, no traceback."""


class Problem(Exception):
    """Stops the start. Its text tells the person what is wrong and what would be right."""
