"""What agencies keep: forms, submissions, contacts. SQLAlchemy Core; knows no web."""
