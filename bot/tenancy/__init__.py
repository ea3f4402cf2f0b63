"""Tenancy: which workspaces have installed the bot, by which tokens, and one bot for each of them."""

from bot.tenancy.installations import Installations, NotInstalled, Tenant
from bot.tenancy.tenants import Tenants, oauth_flow

__all__ = [
    "Installations",
    "NotInstalled",
    "Tenant",
    "Tenants",
    "oauth_flow",
]
