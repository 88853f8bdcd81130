"""Programs that look at a link before anybody opens it."""

import re

from flask import request

# Not "bot" alone, which is in names of telephones, and no names of apps in which people browse.
_LOOKERS = re.compile(
    r"^WhatsApp/|^Viber|Slackbot|Slack-ImgProxy|facebookexternalhit|facebookcatalog|meta-external|"
    r"Twitterbot|TelegramBot|LinkedInBot|Discordbot|redditbot|Pinterestbot|SkypeUriPreview|"
    r"BingPreview|bingbot|Googlebot|Google-InspectionTool|Applebot|Mastodon|Line-Poker",
    re.IGNORECASE,
)
"""Programs of chat apps, mail services and search that look at links by themselves."""


def is_looked_at() -> bool:
    """Whether a program fetches the page to show what a link leads to, before anybody opens it."""
    headers = request.headers
    purpose = headers.get("Sec-Purpose", headers.get("Purpose", "")).lower()
    return "prefetch" in purpose or bool(_LOOKERS.search(headers.get("User-Agent", "")))
