"""The same as JSON, for programs: articles and searches for all, changes for those with a key."""
