"""Who is logged in to the console, and who may try to."""
