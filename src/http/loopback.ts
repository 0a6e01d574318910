const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** @returns whether a URL's host is this machine: a rehearsal against the sandbox */
export function isLoopback({ hostname }: URL): boolean {
  return LOOPBACK.test(hostname);
}
