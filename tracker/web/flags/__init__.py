"""The room of one flag: its sum, its history, what it demands; and of blocked capital."""
