"""A `Store` of a few files, in memory; a text is a link."""

from indict_review.change import File


class Kept:
    has_git = True

    def __init__(self, files=()):
        self.files = dict(files)
        self.asked = []

    def paths(self):
        return sorted(self.files)

    def entries(self, paths):
        self.asked.append(list(paths))
        found = {path: self.files[path] for path in self.asked[-1] if path in self.files}
        return {p: c if isinstance(c, str) else File(c) for p, c in found.items()}
