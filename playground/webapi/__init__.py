"""The Web API: one function per method, in a table with the scopes and token each needs."""
