"""One sealed file that holds the database and the private files, and the way back."""
