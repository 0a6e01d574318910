/**
 * Every error a user can meet: its stable code, what it means and the usual next step.
 * The README's table is this table; a test compares them.
 */
export const ERROR_CODES = {
  INPUT_INVALID: {
    means: "One or more inputs are missing or not valid; each is listed by name.",
    next: "Correct the inputs named above. Nothing was run or sent.",
  },
  KEYRING_TARGET_MISSING: {
    means: "A CA key would be made, but there is no place given to keep it.",
    next: "Set keyring-secret (with github-token) or keyring-file, or for create alone directory: without a place for the key no CA is made.",
  },
  KEYRING_EPHEMERAL: {
    means:
      "keyring-file lies where nothing lasts (the job's or the system's temporary folders, memory, a container's own layer); the only CA key would go with it.",
    next: "Use keyring-secret or a path on a disk that lasts, or set keyring-ephemeral: true and store the file yourself in a later step.",
  },
  KEYRING_DAMAGED: {
    means: "The keyring cannot be read; the entry and the reason are named.",
    next: "Restore the keyring from its last good copy. It was left as it is.",
  },
  PASSPHRASE_WRONG: {
    means:
      "A private key is encrypted and the passphrase is missing or wrong; or a plain key would be added to a keyring that holds an encrypted one.",
    next: "Pass the passphrase the key was encrypted with.",
  },
  KEYRING_LOCKED: {
    means: "Another run holds the lock of the keyring file, and went on holding it for 45 s.",
    next: "Wait for the other run to end, then run again. Use one concurrency group per tenant.",
  },
  KEYRING_WRITE_FAILED: {
    means: "The keyring could not be written, or reading it back did not give what was written.",
    next: "Check the file's folder, rights and free space, or what GitHub said, then start a new run. What needed the write was not done.",
  },
  KEYRING_NOT_PASSED_IN: {
    means:
      "The secret of keyring-secret exists, but no keyring came in: a write would replace every key in it.",
    next: "Pass the secret's value as keyring, in a job that may read it.",
  },
  KEYRING_STALE: {
    means:
      "The secret was written after the keyring that came in, or the keyring's place during the run, by somebody else: it may hold keys that this run does not know.",
    next: "Start a new run; a re-run replays the old value. If you stored that keyring by hand, remove its first line, which says when it was written. If GitHub's clocks differed by minutes when it was written: keyring-import: true stamps it anew.",
  },
  KEYRING_SECRET_MISMATCH: {
    means:
      "The keyring that came in is not from the secret of keyring-secret: that one does not exist, or is older.",
    next: "Name the secret's level and name: keyring-environment for an environment's, none for the repository's. To write the keyring that came in to a new secret, or to stamp one anew that was written while GitHub's clocks differed by minutes, set keyring-import: true.",
  },
  KEYRING_OTHER_TENANT: {
    means: "Every CA of the keyring was made for, or matched in, another tenant.",
    next: "Pass the keyring of this tenant, or correct tenant. A tenant's first run needs an empty keyring of its own.",
  },
  KEYRING_TOO_LARGE: {
    means:
      "The keyring, with room for one more CA where one would be made, is larger than its place takes: the 48 KB of a GitHub secret, or 1 MiB of a file.",
    next: "Run rotate with retired-keys: drop, which forgets the keys of retired CAs first, or keep the keyring in keyring-file.",
  },
  SECRET_ACCESS_DENIED: {
    means:
      "GitHub does not let github-token, or this runner, read or write the secret (401, 403), or does not show it the repository or environment (404).",
    next: "Pass the installation token of a GitHub App, or a fine-grained personal access token, with Secrets: write, or Environments: write for keyring-environment. The workflow's own GITHUB_TOKEN can never write secrets.",
  },
  SECRET_UNREACHABLE: {
    means:
      "GitHub's API could not be reached, failed, or did not answer as documented when it was asked about the secret.",
    next: "Start a new run later: it goes on where this one stopped. On GitHub Enterprise Server check the network and the proxy variables.",
  },
  FILE_EXISTS: {
    means: "A file that would be written is there already; nothing is ever overwritten.",
    next: "Choose an empty directory, or move the file away.",
  },
  DIRECTORY_LOCKED: {
    means: "Another run works in the directory of the agents.",
    next: "Wait for the other run to end, then run again. Use one concurrency group per directory.",
  },
  FILE_FAILED: {
    means: "A file or directory could not be read or written.",
    next: "Check the path, the rights and the free space, then run again.",
  },
  RUNNER_FILE_FAILED: {
    means:
      "The runner's file for outputs or for the post step (GITHUB_OUTPUT, GITHUB_STATE) cannot be written.",
    next: "Check that the runner's temporary folder exists, is not full and may be written by this step, then run again: it goes on where it stopped.",
  },
  NODE_UNSUPPORTED: {
    means: "The action was started by a Node.js that is older than the one it needs.",
    next: "Update the runner (2.327.1 or later brings Node.js 24), or the tool that runs the workflow in its place. Nothing was run or sent.",
  },
  OPENSSL_NOT_FOUND: {
    means: "The openssl program was not found, could not be started, or cannot load its libraries.",
    next: "Install OpenSSL 1.1.1 or later, or point openssl-path to it.",
  },
  OPENSSL_UNSUPPORTED: {
    means:
      "The openssl program is LibreSSL or too old; the documented commands are only proven on OpenSSL 1.1.1 and later.",
    next: "Install OpenSSL 1.1.1 or later and set openssl-path (macOS: brew install openssl@3).",
  },
  OPENSSL_FAILED: {
    means:
      "An OpenSSL command ended with an error, was ended by a signal, did not end within 5 minutes, or could not be started for lack of resources.",
    next: "See the command and what OpenSSL said in the log, then run again.",
  },
  KEY_MISMATCH: {
    means: "OpenSSL found that a certificate and a private key do not belong together.",
    next: "Pass the private key that the certificate was made with.",
  },
  CERTIFICATE_INVALID: {
    means: "A certificate failed the local check, so it was neither sent to the platform nor handed out.",
    next: "See which check failed; for a certificate of your own, make it as the vendor's page says.",
  },
  TOKEN_EXPIRING: {
    means: "The token ends within 5 minutes: too short to finish what a change would begin.",
    next: "Fetch a new token, or use client-id and client-secret so that the action fetches its own.",
  },
  TOKEN_REFUSED: {
    means: "The platform did not accept the token (401).",
    next: "Check that the token is fresh (they live 30 minutes) and belongs to this environment and region.",
  },
  TOKEN_REQUEST_FAILED: {
    means: "The token endpoint gave no token.",
    next: "Check client-id, client-secret and token-url (or app-name, app-version and host-tenant).",
  },
  ACCESS_DENIED: {
    means: "The platform knows the caller but does not allow this (403).",
    next: "CA certificates are managed by tenant administrators: give the technical user or application that right.",
  },
  PLATFORM_UNREACHABLE: {
    means: "No connection to the platform, or it broke again and again.",
    next: "Check region or gateway-url, the network and the proxy variables, then run again: it goes on where it stopped.",
  },
  PLATFORM_TIMEOUT: {
    means: "The platform did not answer in time (30 s a reply, tried again), or timeout-minutes ended.",
    next: "Check the network and the proxy, then run again: it goes on where it stopped.",
  },
  RATE_LIMITED: {
    means: "The platform's rate limit asks for a longer wait than timeout-minutes leaves.",
    next: "Run again later: it goes on where it stopped. Or raise timeout-minutes.",
  },
  PLATFORM_ERROR: {
    means: "The platform answered with a server error (5xx) each time.",
    next: "Run again later: it goes on where it stopped. The vendor's support asks for the logref.",
  },
  PLATFORM_REFUSED: {
    means: "The platform refused the request (4xx).",
    next: "See what the platform said. The vendor's support asks for the logref.",
  },
  PLATFORM_REPLY_UNEXPECTED: {
    means: "The platform's reply is not what its documentation promises.",
    next: "Check that region or gateway-url names the Insights Hub gateway and nothing in between rewrites replies.",
  },
  CA_SLOTS_FULL: {
    means:
      "Both CA certificate slots of the environment are taken, by certificates that can neither be used nor resumed here.",
    next: "Free a slot that is no longer needed with tasks/delete, or bring the key of one of them with ca-certificate and ca-private-key.",
  },
  CA_SUBJECT_IN_USE: {
    means:
      "A CA certificate of the same common name is on the platform. Two CAs of one subject break every agent of one of them.",
    next: "Choose another common-name, bring that CA's own key, or delete that CA if nothing depends on it (tasks/delete; an expired one of yours needs allow-held: true).",
  },
  CA_NOT_FOUND: {
    means: "The platform has no CA certificate of this id.",
    next: "See the ids with tasks/status.",
  },
  UPLOAD_REFUSED: {
    means:
      "The platform did not accept the CA certificate, now or when one was last asked for in the very same way.",
    next: "See what the platform said. Where the certificate is not to blame, running again uploads the same one; one that was refused for its own sake (400, 409, 422) is remembered in the keyring, and comes back by restore alone.",
  },
  VERIFY_REFUSED: {
    means: "The platform did not accept the verification certificate.",
    next: "Run again: a new registration code is fetched. If it repeats, compare this machine's clock with the platform's.",
  },
  VERIFY_NOT_CONFIRMED: {
    means:
      "After the verification the platform does not show the certificate as verified, or shows other data than the local certificate.",
    next: "Run again: it reads the slots and goes on. The vendor's support asks for the logref.",
  },
  CLOCK_DOUBTFUL: {
    means:
      "The clocks of this run differ by more than 5 minutes, or there is no second clock to compare with: no single clock decides over a CA. Or GitHub's own clocks differ so that nothing proves a write of the secret.",
    next: "Set this machine's clock (NTP), or tell the vendor's support where the platform's is wrong, then run again: it goes on where it stopped.",
  },
  CA_LAST_USABLE: {
    means: "This is the last usable CA certificate: without it no agent can be onboarded.",
    next: "Register or rotate first, or set allow-last: true.",
  },
  CA_HELD: {
    means: "The key of this CA certificate is in the keyring: it is in use here.",
    next: "Set allow-held: true if it should go; it is marked retired in the keyring first.",
  },
  CA_NOT_HELD: {
    means:
      "A usable CA certificate is on the platform whose key is not in the keyring: the keyring may be an old copy, and writing it back would lose that key.",
    next: "Pass the keyring that holds it, or bring its key in with register (ca-certificate, ca-private-key). If it is somebody else's and may stay, name its id in allow-unheld.",
  },
  CA_DOUBTFUL: {
    means:
      "A certificate on the platform ends in the same second as a CA of ours, and nothing else says whether it is that one: sent again, it might burn the other slot.",
    next: "If it is that CA, name its id in certificate-id. If it is another one, name its id in allow-unheld, or free the slot (tasks/delete).",
  },
  CA_EXPIRES_SOON: {
    means: "The newest usable CA certificate ends within fail-below days, or there is none.",
    next: "Rotate the CA, and give the agents new certificates before the old CA ends.",
  },
  CA_NOT_USABLE: {
    means:
      "No CA is there that the platform would take agents of: it is not on the platform, not verified, expired or retired.",
    next: "Run register, which finishes what is missing, and pass the keyring it wrote. See both slots with tasks/status. Without the platform's word: offline: true.",
  },
  CA_EXPIRES_BEFORE_AGENT: {
    means:
      "An agent certificate would outlive its CA: strict-lifetime is true, or the CA has less than a day left.",
    next: "Rotate the CA first, or ask for fewer days.",
  },
  ARCHIVE_PASSPHRASE: {
    means: "An agent's archive that is there already does not open with archive-passphrase.",
    next: "Pass the passphrase that the archives were made with, or move them away to have these agents issued anew. Nothing was issued.",
  },
  SANDBOX_FAILED: {
    means: "The sandbox could not be started.",
    next: "See the reason; a port may be taken.",
  },
  INTERNAL: {
    means: "A mistake in this action.",
    next: "Please open an issue with the log.",
  },
} as const satisfies Record<string, { means: string; next: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** What the platform said, made safe to print. */
export interface PlatformSaid {
  /** HTTP status; absent where no reply came. */
  readonly status?: number;
  readonly message: string;
  /** The platform's reference for its support. */
  readonly logref?: string;
}

/** One invalid input. */
export interface Problem {
  /** Name of the input as the user typed it. */
  readonly input: string;
  /** What is wrong and what would be valid. Never contains the value of a secret. */
  readonly message: string;
  readonly code?: ErrorCode;
  /** All of it, where the message only begins it. */
  readonly log?: readonly string[];
}

interface Details {
  readonly platform?: PlatformSaid | undefined;
  /** Replaces the usual next step of the code where the situation knows better. */
  readonly next?: string | undefined;
  /** Lines for the log, where the message does not say all. */
  readonly log?: readonly string[];
  readonly cause?: unknown;
}

/** An error the user can act on: a stable code, what happened, what the platform said, the next step. */
export class ActionError extends Error {
  override readonly name = "ActionError";
  readonly code: ErrorCode;
  readonly platform: PlatformSaid | undefined;
  readonly next: string;
  readonly log: readonly string[];
  /** Of a call that changes something: an attempt got no clear answer, so it may have been carried out after all. */
  maybeDone = false;

  constructor(code: ErrorCode, message: string, details: Details = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.platform = details.platform;
    this.next = details.next ?? ERROR_CODES[code].next;
    this.log = details.log ?? [];
  }
}

/**
 * Turns the problems of all inputs into one error (guarantee 9: all of them at once).
 * @param problems at least one
 * @returns an error of the problems' own code where they share one, else `INPUT_INVALID`
 */
export function inputError(problems: readonly Problem[]): ActionError {
  const codes = new Set(problems.map((problem) => problem.code ?? "INPUT_INVALID"));
  const [only] = codes;
  const code = codes.size === 1 && only !== undefined ? only : "INPUT_INVALID";
  const lines = problems.map(({ input, message, code: own }) =>
    own === undefined || own === code ? `${input}: ${message}` : `${input}: ${message} [${own}]`,
  );
  return new ActionError(code, lines.join("\n"), { log: problems.flatMap(({ log = [] }) => log) });
}
