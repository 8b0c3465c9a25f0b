"""Who is it? Passwords, sessions, and forms that come from our own pages."""
