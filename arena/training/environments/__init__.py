"""Our episodes as other people's environments: their policy sits in some seats of our protocols."""
