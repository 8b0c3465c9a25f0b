"""Everything that leaves this server: requests to other servers, files we fetch, mail."""
