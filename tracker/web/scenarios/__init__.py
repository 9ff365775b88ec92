"""The scenario of a project: thirteen monthly targets, in versions that are approved."""
