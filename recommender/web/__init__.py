"""The pages and the API: a thin skin that reads a request, calls the core, and renders."""
