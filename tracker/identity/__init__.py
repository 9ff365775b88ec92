"""Asking the identity provider of the office who somebody is (OpenID Connect, code with PKCE).

The only part of the product that calls another host, and only the one it was told of.
"""
