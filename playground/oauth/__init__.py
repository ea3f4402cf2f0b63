"""How an app comes into a workspace: the page that asks a member, and the codes and tokens that follow."""

from playground.oauth.oauth import OAuth
from playground.oauth.oauth_pages import consent, decide

__all__ = ["OAuth", "consent", "decide"]
