"""The people of events: enrolling, removing, access, rosters."""
