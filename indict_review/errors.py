"""Every error a person can meet: what went wrong, and what to do about it."""


class ReviewError(Exception):
    """Something that stops the review. The command line prints it as two lines and exits."""

    exit_code = 2

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint
        """What the user can do, in one line."""


class ConfigError(ReviewError):
    """A flag, a setting or a file of settings that cannot be used."""


class Unwritable(ConfigError):
    """What has to be kept cannot be: no room, or no right. Nothing more is to be begun."""


class NoRepository(ConfigError):
    """The folder is in no git repository."""


class PatchError(ReviewError):
    """A patch that cannot be read, or does not fit the code it is meant for."""


class StepError(Exception):
    """A step that could not be done. Caught where steps are gathered; becomes `Skipped`."""


class ToolError(StepError):
    """A tool could not look. Never the same as a tool that looked and found nothing."""


class NotWanted(ToolError):
    """The user switched it off. It is said where it matters, and is no skip."""


class ModelError(StepError):
    """A model could not be asked, or did not answer."""


class ReplyError(ModelError):
    """A model's reply broke its schema, twice."""


class TooLong(ModelError):
    """A prompt is longer than the model takes: with less in it, it may go through."""


class BudgetError(StepError):
    """Tokens, money or time are used up."""


class HostError(ToolError):
    """GitHub could not be asked, or did not answer as it should."""


class Refused(HostError):
    """GitHub said no."""

    def __init__(self, message: str, status: int, reason: str) -> None:
        super().__init__(message)
        self.status = status
        """Of HTTP: 403 forbidden, 404 not there or not for this token, 422 it does not fit."""
        self.reason = reason
        """In its own words."""


class Unsure(HostError):
    """A write that may have happened: GitHub failed, or did not answer, after it was sent."""
