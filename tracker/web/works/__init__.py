"""What happens on the site of a project: progress by week, milestones, site clearance."""
