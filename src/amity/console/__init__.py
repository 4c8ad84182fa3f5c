"""The web console: pages for administrators, served beside the REST API."""
