import { ActionError, lacksDescriptors, RAISE_LIMITS } from "../ca/errors.ts";
import { printable } from "../ca/printable.ts";
import { opensslFailure } from "../openssl/failure.ts";

/** @returns any error as one that the user can act on: `FILE_FAILED` where the system said no, else a mistake of ours */
export function asActionError(error: unknown): ActionError {
  if (error instanceof ActionError) return error;
  const { code, message, syscall } = error as NodeJS.ErrnoException;
  // Node throws some of these where @actions/exec awaits nothing: they come up as nobody's.
  if (syscall?.startsWith("spawn")) return opensslFailure([], undefined, message);
  const system = typeof code === "string" && /^E[A-Z]+$/.test(code);
  const next = lacksDescriptors(error) ? { next: RAISE_LIMITS } : {};
  return new ActionError(system ? "FILE_FAILED" : "INTERNAL", printable(message, 500), {
    ...next,
    cause: error,
  });
}
