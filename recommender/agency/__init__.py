"""What an agency makes of the product: its forms, their looks, invitations. Knows no web."""
