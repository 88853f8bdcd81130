"""How texts are signed that pages hand on: with this installation's key, by HMAC-SHA-256."""

from functools import lru_cache
from hashlib import sha256

from itsdangerous import URLSafeSerializer

from recommender.web.running import running


def signer(salt: str) -> URLSafeSerializer:
    """Signs and opens texts of one kind; `salt` keeps kinds apart."""
    return _made(running().secret, salt)


@lru_cache(64)
def _made(secret: str, salt: str) -> URLSafeSerializer:
    how = {"digest_method": sha256, "key_derivation": "hmac"}
    return URLSafeSerializer(secret, salt=salt, signer_kwargs=how)
