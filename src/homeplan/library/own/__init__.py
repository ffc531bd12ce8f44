"""Routes for own items and templates: adding, editing, retiring, their versions."""
