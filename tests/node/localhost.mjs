// Names under .localhost are this machine (RFC 6761), which not every resolver knows.
import dns from "node:dns";

const lookup = dns.lookup;
dns.lookup = (host, options, done) =>
  host.endsWith(".localhost") ? lookup("127.0.0.1", options, done) : lookup(host, options, done);
