"""Pages for the school's administrators: people, other servers, what waits at the door, what could not be sent."""
