"""What an agency's console works out, knowing neither pages nor tables."""
