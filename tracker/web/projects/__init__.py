"""Projects: the list, one project, its history, and the forms that change it."""
