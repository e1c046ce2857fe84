"""Accounts and how they prove who they are: passwords, tokens, keys and an outside identity provider."""
