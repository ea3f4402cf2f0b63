"""What many cost: people, photos, collections, workspaces."""
