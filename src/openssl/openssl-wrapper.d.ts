/**
 * Types for openssl-wrapper 0.3, which has none. They cover only the form that is used: options and a buffer.
 */
declare module "openssl-wrapper" {
  import type { ChildProcessWithoutNullStreams } from "node:child_process";

  export function exec(
    action: string,
    input: Buffer,
    options: Record<string, string | boolean>,
    callback: (error: (Error & { code?: number }) | null, stdout: Buffer) => void,
  ): ChildProcessWithoutNullStreams;
}
