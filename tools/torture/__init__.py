"""Hard trials that are too long for the ordinary tests."""
