// Loaded before the action: a resolver that knows no name but this machine's, so that no name leaves it.
// Each name that was asked for goes to stderr.
import dns from "node:dns";

const { lookup } = dns;
dns.lookup = (host, options, done) => {
  if (/^(?:127\.0\.0\.1|localhost)$/.test(host)) return lookup(host, options, done);
  process.stderr.write(`asked for ${host}\n`);
  const callback = typeof options === "function" ? options : done;
  const error = { code: "ENOTFOUND", errno: -3008, syscall: "getaddrinfo", hostname: host };
  process.nextTick(() => callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), error)));
};
