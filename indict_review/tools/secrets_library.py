"""Tokens of known providers, by the detectors of detect-secrets. Nothing is asked of any provider.

Its detectors are called one by one: its own scan reads global settings and allows marks in the
change. Loading it takes 0.15 s, most of it for verification that we never do, so it comes late.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import import_module
from typing import Protocol

from indict_review.evidence import Confidence

_HIGH, _MEDIUM, _LOW = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW

DETECTORS = {
    "artifactory.ArtifactoryDetector": ("Artifactory credential", _MEDIUM),
    "aws.AWSKeyDetector": ("AWS key", _HIGH),
    "azure_storage_key.AzureStorageKeyDetector": ("Azure storage key", _HIGH),
    "cloudant.CloudantDetector": ("Cloudant credential", _MEDIUM),
    "discord.DiscordBotTokenDetector": ("Discord token", _MEDIUM),
    "github_token.GitHubTokenDetector": ("GitHub token", _HIGH),
    "gitlab_token.GitLabTokenDetector": ("GitLab token", _HIGH),
    "ibm_cloud_iam.IbmCloudIamDetector": ("IBM Cloud key", _MEDIUM),
    "ibm_cos_hmac.IbmCosHmacDetector": ("IBM Cloud Object Storage key", _HIGH),
    "mailchimp.MailchimpDetector": ("Mailchimp key", _HIGH),
    "npm.NpmDetector": ("npm token", _HIGH),
    "openai.OpenAIDetector": ("OpenAI key", _HIGH),
    "pypi_token.PypiTokenDetector": ("PyPI token", _HIGH),
    "sendgrid.SendGridDetector": ("SendGrid key", _HIGH),
    "slack.SlackDetector": ("Slack token", _HIGH),
    "softlayer.SoftlayerDetector": ("SoftLayer key", _MEDIUM),
    "square_oauth.SquareOAuthDetector": ("Square secret", _HIGH),
    "stripe.StripeDetector": ("Stripe key", _HIGH),
    "telegram_token.TelegramBotTokenDetector": ("Telegram token", _HIGH),
    "twilio.TwilioKeyDetector": ("Twilio key", _MEDIUM),
}
"""By module and class: what it is, and how sure we are of it.

Not here: entropy (it takes every hash for a secret), public addresses (they are none), keywords
and passwords in addresses (`secrets_named` reads those with the language in view), private keys and
web tokens (theirs see the beginning only).
"""


SHORTEST = 16
"""Characters: a shorter group of a pattern is a prefix, not a token."""


class _Detector(Protocol):
    denylist: Iterable[re.Pattern[str]]


@lru_cache(maxsize=1)
def _detectors() -> tuple[tuple[_Detector, str, Confidence], ...]:
    found = []
    for place, (kind, sure) in DETECTORS.items():
        module, _, name = place.partition(".")
        detector = getattr(import_module(f"detect_secrets.plugins.{module}"), name)
        found.append((detector(), kind, sure))
    return tuple(found)


def tokens(line: str) -> Iterator[tuple[str, str, Confidence]]:
    """The values in a line that have a provider's form: the value, its kind, how sure that is.

    A line of some thousand characters at most: some of the patterns are slow.
    """
    for detector, kind, sure in _detectors():
        for match in (m for pattern in detector.denylist for m in pattern.finditer(line)):
            yield _value(match), kind, sure


def _value(match: re.Match[str]) -> str:
    """The group that has it, if one has; the library itself takes `ghp` for a token of GitHub's."""
    groups = [group for group in match.groups() if group and len(group) >= SHORTEST]
    value = max(groups, key=len) if groups else match[0].strip(" \t\"':=")
    return value.split()[0]


def is_dull(value: str) -> bool:
    """Whether it is a row of characters, an identifier (UUID), or a template's hole."""
    heuristic = import_module("detect_secrets.filters.heuristic")
    return bool(
        heuristic.is_sequential_string(value)
        or heuristic.is_potential_uuid(value)
        or heuristic.is_templated_secret(value)
        or heuristic.is_prefixed_with_dollar_sign(value)
        or heuristic.is_not_alphanumeric_string(value)
    )
