"""`./dev bench`: what the product costs, beside its peers and the limits it set itself."""
