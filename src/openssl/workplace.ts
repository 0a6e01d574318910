import type { OpenSsl } from "./process.ts";

/** Where the documented commands run, and under which file names. */
export interface Workplace {
  readonly openssl: Pick<OpenSsl, "run" | "made" | "version">;
  /** Private directory, absolute; the commands name their files relative to it, as the page does. */
  readonly directory: string;
  /** `$TENANT` of the page: the CA's files are `<tenant>.key` and `<tenant>.pem`. */
  readonly tenant: string;
}
