"""Scores of units: what they are made of, what cost them points, what mending gains."""
