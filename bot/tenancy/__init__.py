"""Tenancy: which workspaces have installed the bot, by which tokens, and one bot for each of them."""

from bot.tenancy.installations import Installations, NotInstalled, Tenant
from bot.tenancy.tenants import NAME, Tenants, oauth_flow

__all__ = [
    "NAME",
    "Installations",
    "NotInstalled",
    "Tenant",
    "Tenants",
    "oauth_flow",
]
