"""What can be seen of bounds, as data."""

from indict_review.evidence import Confidence
from indict_review.tools.c.signs import Kind

LATE_CHECK = Kind(
    "bounds-late-check",
    "CWE-125",
    "Compare the length with what is read first: if (length < 4) return -1;",
)
OVERLAY = Kind(
    "bounds-overlay",
    "CWE-125",
    "Before the first field is read: if (length < sizeof(*header)) return -1; and compare a length "
    "that the header itself states with what is left, too.",
)
PRODUCT = Kind(
    "bounds-product",
    "CWE-190",
    "Refuse what would wrap before it is multiplied: if (height != 0 && width > SIZE_MAX / height) "
    "return NULL; or hand count and size to calloc.",
)
PARSED = Kind(
    "bounds-parsed-length",
    "CWE-125",
    "Compare it with what is left where it was read: if (length > remaining) return -1;",
)
PARSED_COPY = Kind(
    "bounds-parsed-copy",
    "CWE-787",
    "Compare it with the size of the destination and with what the source has before the copy.",
)
PARSED_SIZE = Kind(
    "bounds-parsed-size",
    "CWE-190",
    "Give it an upper bound before anything is added: if (length > LIMIT) return NULL;",
)
NEGATIVE = Kind(
    "bounds-negative",
    "CWE-129",
    "Compare it with 0 as well: if (index < 0 || index >= COUNT) return -1; or make it unsigned.",
)
DIFFERENCE = Kind(
    "bounds-difference", "CWE-191", "Compare before subtracting: if (b > a) return -1; n = a - b;"
)
WRAPPING_CHECK = Kind(
    "bounds-wrapping-check",
    "CWE-190",
    "Subtract on the side that is known: if (n > limit || offset > limit - n) return -1;",
)
SOURCE_LENGTH = Kind(
    "bounds-source-length",
    "CWE-787",
    "Bound the copy by the destination: n = strlen(s); if (n >= sizeof(buffer)) return -1;",
)
TEXT_COPIED = Kind(
    "bounds-text-copied",
    "CWE-120",
    'Use snprintf(buffer, sizeof(buffer), "%s", text), and treat a result of the size or more as '
    "an error.",
)
FORMAT = Kind(
    "bounds-format",
    "CWE-787",
    "Use snprintf(buffer, sizeof(buffer), …), and treat a result of the size or more as an error.",
    Confidence.HIGH,
)
WRITTEN_OFFSET = Kind(
    "bounds-written-offset",
    "CWE-787",
    "After each snprintf: if (n < 0 || n >= left) return -1; only then move on by n.",
)
LATE_END = Kind(
    "bounds-late-end",
    "CWE-787",
    "Leave room for the end: n = read(fd, buffer, sizeof(buffer) - 1); if (n >= 0) buffer[n] = 0;",
    Confidence.HIGH,
)
OFF_BY_ONE = Kind(
    "bounds-off-by-one",
    "CWE-787",
    "An array of N elements ends at N - 1: for (i = 0; i < N; i++).",
    Confidence.HIGH,
)
LOST_END = Kind(
    "bounds-lost-end",
    "CWE-131",
    "A text needs one byte more than strlen says: malloc(strlen(s) + 1).",
    Confidence.HIGH,
)
