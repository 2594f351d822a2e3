"""What goes on in a review, for whoever waits for it; and the way to tell it to stop."""

from indict_review.events import Ended, Event, Started, Writing


class Stopped(BaseException):
    """Nobody waits for the review any more. Like an interrupt: no step takes it for its own."""


class Hearing:
    """A `Listener`. It is told in the review's threads, and asked in the server's."""

    def __init__(self) -> None:
        self._heard = self._told = ""
        self._stopped = False

    def __call__(self, event: Event) -> None:
        """Keep what is said last. Raises `Stopped`, here, where the review is between two steps."""
        if self._stopped:
            raise Stopped
        self._heard = _words(event) or self._heard

    def news(self) -> str:
        """What goes on now, if it was not told already; else nothing."""
        heard = self._heard
        told, self._told = self._told, heard
        return heard if heard != told else ""

    def stop(self) -> None:
        """End the review at its next step, or at the model's next word."""
        self._stopped = True


def _words(event: Event) -> str:
    if isinstance(event, Started):
        return event.step
    if isinstance(event, Writing):
        return f"{event.step}: {event.tokens:,} tokens"
    if isinstance(event, Ended) and event.outcome:
        return f"{event.step}: {event.outcome}"
    return ""
