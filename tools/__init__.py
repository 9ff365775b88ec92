"""Tools of the workshop: installing, checking and showing the product. Not part of it."""
