"""Bytes out of frozen rows: workbooks and comma-separated tables."""
