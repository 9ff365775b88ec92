"""The daily sheet, the paste from a spreadsheet, and the ledger of entries."""
