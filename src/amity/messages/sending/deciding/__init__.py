"""What the app's business server decides about messages before they are stored."""
