"""Arrears of capital construction and unpaid work, by owner and project: report R8."""
