/** openssl-wrapper 0.3 ships no types; this is the part that is used: the plain option form with a buffer. */
declare module "openssl-wrapper" {
  import type { ChildProcessWithoutNullStreams } from "node:child_process";

  export function exec(
    action: string,
    input: Buffer,
    options: Record<string, string | boolean>,
    callback: (error: (Error & { code?: number }) | null, stdout: Buffer) => void,
  ): ChildProcessWithoutNullStreams;
}
