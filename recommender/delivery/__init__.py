"""How an agency's own programs hear of what was sent: signed messages, tried again until heard."""
