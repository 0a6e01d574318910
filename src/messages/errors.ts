// The error codes, and the error that a user can act on.
/** The next step where a secret or an input has to change. A re-run uses the old values. */
export const NEW_RUN = "start a new run (Actions → Run workflow, not Re-run jobs)";

/**
 * Every error a user can meet: its stable code, what it means and the usual next step.
 * The README's table is this table; a test compares them.
 */
export const ERROR_CODES = {
  INPUT_INVALID: {
    means: "One or more inputs are missing or not valid. The error lists each one by its name.",
    next: `Correct the inputs that are named above. Then ${NEW_RUN}. Nothing was run or sent.`,
  },
  KEYRING_TARGET_MISSING: {
    means: "The task would create a CA key, but no input says where to keep it.",
    next: "Set keyring-secret with github-token, or set keyring-file. For tasks/create, directory is enough as well.",
  },
  KEYRING_EPHEMERAL: {
    means:
      "keyring-file lies on a disk that does not last: a temporary folder of the job or of the system, memory, or a container's own layer. The only CA key would vanish with it.",
    next: "Use keyring-secret, or a keyring-file on a disk that lasts. Or store the file yourself in a later step, and set keyring-ephemeral: true.",
  },
  KEYRING_DAMAGED: {
    means: "The keyring cannot be read. The error names the entry and the reason.",
    next: "Restore the keyring from its last good copy. The run did not change it.",
  },
  PASSPHRASE_WRONG: {
    means:
      "A private key is encrypted, and its passphrase is missing or wrong. Or a plain key would be added to a keyring that holds an encrypted one.",
    next: `Pass the passphrase that the key was encrypted with. Then ${NEW_RUN}. If it is the right one, the key is damaged: restore it from a copy. If nobody knows the passphrase, see docs/recovery.md.`,
  },
  KEYRING_LOCKED: {
    means: "Another run holds the lock of keyring-file. It did not release the lock within 45 s.",
    next: "Wait until the other run has ended. Then run again. Use one concurrency group per tenant.",
  },
  KEYRING_WRITE_FAILED: {
    means: "The keyring could not be written, or the place does not hold what was written.",
    next: "Check the folder of keyring-file, its rights and its free space, or read what GitHub said. Then start a new run. The run stopped before the step that needed this write.",
  },
  KEYRING_NOT_PASSED_IN: {
    means:
      "The secret that keyring-secret names exists, but the keyring input is empty. A write would replace every key in the secret. Re-run jobs leads to this, too: it passes in the old value of the secret, which may be empty.",
    next: `Pass the value of that secret as keyring, in a job that may read it. Then ${NEW_RUN}.`,
  },
  KEYRING_STALE: {
    means:
      "Somebody else wrote the keyring: the secret after the value that came in, or the secret or file during this run. It may hold keys that this run does not know.",
    next: "Start a new run (Actions → Run workflow, not Re-run jobs): a re-run uses the old value of the secret. If you stored that keyring by hand, remove its first line, which says when it was written. If GitHub's clocks differed by minutes when the secret was written, keyring-import: true stores this keyring with a new time.",
  },
  KEYRING_SECRET_MISMATCH: {
    means:
      "The keyring that came in is not from the secret that keyring-secret names. That secret does not exist, or it is older than the keyring.",
    next: `Check keyring-secret and keyring-environment. Set keyring-environment for a secret of an environment, and leave it empty for a secret of the repository. Then ${NEW_RUN}. To store this keyring in a new secret, set keyring-import: true. Set it also if GitHub's clocks differed by minutes when the secret was written.`,
  },
  KEYRING_OTHER_TENANT: {
    means: "Every CA in the keyring belongs to another tenant.",
    next: "Pass the keyring of this tenant, or correct tenant. The first run of a tenant needs an empty keyring of its own.",
  },
  KEYRING_TOO_LARGE: {
    means:
      "The keyring is larger than its place allows: 48 KB in a GitHub secret, 1 MiB in a file. Where a CA would be created, room for it is counted.",
    next: "Run rotate with retired-keys: drop, which forgets the keys of retired CAs first. Or keep the keyring in keyring-file.",
  },
  KEYRING_TARGET_HAS_KEYS: {
    means:
      "The file or secret at the target of a copy holds, or may hold, a key that the copy does not have. The run did not write the copy.",
    next: "Give another keyring-target-file or keyring-target-secret. If nobody needs the keys at the target, you can move the file away or delete the secret instead. Then run again.",
  },
  KEYRING_FORKED: {
    means:
      "The keyring is used in two places. The text at the target of a copy was written after the one was copied from the other. Another copy would undo what was written there.",
    next: "List both keyrings with tasks/keyring, and decide which one counts. Use only that one from now on. To copy over the other one, move its file away, or delete its secret. Then run again.",
  },
  SECRET_ACCESS_DENIED: {
    means:
      "GitHub does not allow github-token, or this runner, to read or write the secret (401, 403). Or it does not show the repository or the environment to that token (404).",
    next: `Pass the installation token of a GitHub App, or a fine-grained personal access token, as github-token. It needs Secrets: write, or Environments: write with keyring-environment. The workflow's own GITHUB_TOKEN can never write secrets. Then ${NEW_RUN}.`,
  },
  SECRET_UNREACHABLE: {
    means:
      "GitHub's API could not be reached, failed, or gave a reply that its documentation does not describe.",
    next: "Start a new run later. It goes on where this one stopped. On GitHub Enterprise Server, check the network and the proxy variables.",
  },
  FILE_EXISTS: {
    means: "A file that the task would write exists already. The action never overwrites a file.",
    next: "Choose an empty directory, or move the file away. Then run again.",
  },
  DIRECTORY_LOCKED: {
    means: "Another run works in the directory of the agents.",
    next: "Wait until the other run has ended. Then run again. Use one concurrency group per directory.",
  },
  FILE_FAILED: {
    means: "A file or directory could not be read or written.",
    next: "Check the path, its rights and the free space. Then run again.",
  },
  RUNNER_FILE_FAILED: {
    means:
      "The runner's file for outputs or for the post step (GITHUB_OUTPUT, GITHUB_STATE) cannot be written.",
    next: "Check that the temporary folder of the runner exists, has free space, and may be written by this step. Then run again: it goes on where it stopped.",
  },
  RESOURCES_EXHAUSTED: {
    means:
      "The run used all the memory that it may use, because its list of agents is too long. Or the system had no memory, processes or descriptors left to start the run.",
    next: "Split the list of agents into several lists, and run once with each. The runs may share one directory: certificates that are complete there are not issued again.",
  },
  NODE_UNSUPPORTED: {
    means: "A Node.js that is too old started the action.",
    next: "Update the runner: version 2.327.1 and later have Node.js 24. If another tool runs the workflow, update that tool. Nothing was run or sent.",
  },
  OPENSSL_NOT_FOUND: {
    means: "The openssl program was not found, could not be started, or cannot load its libraries.",
    next: "Install OpenSSL 1.1.1 or later, or set openssl-path to it. Then run again.",
  },
  OPENSSL_UNSUPPORTED: {
    means:
      "The openssl program is LibreSSL, or it is too old. The documented commands are tested with OpenSSL 1.1.1 and later only.",
    next: "Install OpenSSL 1.1.1 or later (macOS: brew install openssl@3). Set openssl-path to it. Then run again.",
  },
  OPENSSL_FAILED: {
    means:
      "An OpenSSL command ended with an error, a signal ended it, it did not end within 5 minutes, or the system could not start it for lack of resources.",
    next: "Read the command and what OpenSSL said in the log. Then run again.",
  },
  KEY_MISMATCH: {
    means: "A certificate and a private key do not belong together.",
    next: "Pass the private key that belongs to the certificate.",
  },
  CERTIFICATE_INVALID: {
    means:
      "A certificate failed a check on the runner. The action neither sent it to the platform nor handed it out.",
    next: "Read which check failed. Create a certificate of your own as the vendor's page says.",
  },
  TOKEN_EXPIRING: {
    means: "The token expires within 5 minutes. That is too short to finish a change.",
    next: `Fetch a new token, or use client-id and client-secret, with which the action fetches its own tokens. Then ${NEW_RUN}.`,
  },
  TOKEN_REFUSED: {
    means: "The platform did not accept the token (401).",
    next: `Check that the token is fresh: a token lives 30 minutes. Check that it belongs to this tenant and region. Then ${NEW_RUN}.`,
  },
  TOKEN_REQUEST_FAILED: {
    means: "The token endpoint did not give a token.",
    next: `Check client-id and client-secret. If client-id is a technical user, give its whole user name as shown after its creation: it begins with the name of your tenant. Then check tenant and region, or token-url. For application credentials, check app-name, app-version and host-tenant. Then ${NEW_RUN}.`,
  },
  ACCESS_DENIED: {
    means: "The platform knows the caller, but does not allow this request (403).",
    next: "Give the technical user or the application the right to manage CA certificates. Tenant administrators have it. Then run again.",
  },
  PLATFORM_UNREACHABLE: {
    means: "No connection to the platform was possible, or it broke each time.",
    next: "Check region or gateway-url. Check the network and the proxy variables of this runner. Then run again: it goes on where it stopped.",
  },
  PLATFORM_TIMEOUT: {
    means: "The platform did not answer in time (30 s for each try), or timeout-minutes was over.",
    next: "Check the network and the proxy. Then run again: it goes on where it stopped.",
  },
  RATE_LIMITED: {
    means: "The rate limit of the platform requires a longer wait than timeout-minutes allows.",
    next: "Run again later: it goes on where it stopped. Or set a larger timeout-minutes.",
  },
  PLATFORM_ERROR: {
    means: "The platform answered with a server error (5xx) each time.",
    next: "Run again later: it goes on where it stopped. If you ask the vendor's support, give them the logref.",
  },
  PLATFORM_REFUSED: {
    means: "The platform refused the request (4xx).",
    next: "Read what the platform said. If you ask the vendor's support, give them the logref.",
  },
  PLATFORM_REPLY_UNEXPECTED: {
    means: "The reply of the platform is not what its documentation describes.",
    next: "Check that region or gateway-url names the gateway of Insights Hub. Check that no proxy changes replies. Then run again.",
  },
  CA_SLOTS_FULL: {
    means:
      "Both CA certificate slots of the environment are taken. This run can neither use nor finish the certificates in them.",
    next: "If a run has written a keyring for these CAs before, pass that keyring: check keyring, keyring-secret or the path of keyring-file. If the key is lost, see docs/recovery.md. If you have the key of one of them, pass ca-certificate and ca-private-key. If nothing depends on one of them, delete it with tasks/delete.",
  },
  CA_SUBJECT_IN_USE: {
    means:
      "A CA certificate with the same common name is on the platform, and its key is not here. Two CAs with one subject break the agents of one of them.",
    next: "If a run has written a keyring for that CA before, pass that keyring: check keyring, keyring-secret or the path of keyring-file. If the key is lost, see docs/recovery.md. If you have its key, pass ca-certificate and ca-private-key. If nothing depends on that CA, delete it with tasks/delete (an expired one of yours needs allow-held: true). If it must stay, choose another common-name.",
  },
  CA_NOT_FOUND: {
    means: "The platform has no CA certificate with this id.",
    next: "Run tasks/status, which lists the ids. Then run again with one of them.",
  },
  UPLOAD_REFUSED: {
    means:
      "The platform did not accept the CA certificate, in this run or in an earlier run with the same certificate.",
    next: "Read what the platform said. If the certificate is not the cause, run again: the run uploads it again. If the platform refused the certificate itself (400, 409, 422), the keyring remembers that. Only restore uploads it again.",
  },
  VERIFY_REFUSED: {
    means: "The platform did not accept the verification certificate.",
    next: "Run register or rotate again: they fetch a new registration code and create a new verification certificate. For tasks/verify, first run tasks/registration-code and tasks/verification-certificate again. If it fails again, compare the clock of this machine with the clock of the platform.",
  },
  VERIFY_NOT_CONFIRMED: {
    means:
      "After the verification, the platform does not show the certificate as verified. Or it shows other data than the local certificate.",
    next: "Run again: the run reads the slots and goes on. If you ask the vendor's support, give them the logref.",
  },
  CLOCK_DOUBTFUL: {
    means:
      "The clocks of this run differ by more than 5 minutes, or the run knows no second clock. One clock is not enough to decide over a CA. Or GitHub's own clocks differ, so that nothing proves a write of the secret.",
    next: "Set the clock of this machine (NTP). If the clock of the platform is wrong, tell the vendor's support. Then run again: it goes on where it stopped.",
  },
  CA_LAST_USABLE: {
    means: "This is the last usable CA certificate. Without it, no agent can be onboarded.",
    next: "Run register or rotate first. If the last CA must go, set allow-last: true.",
  },
  CA_HELD: {
    means: "The key of this CA certificate is in the keyring, so the CA is in use here.",
    next: "If the CA must go, set allow-held: true. The run marks it as retired in the keyring before it deletes it.",
  },
  CA_NOT_HELD: {
    means:
      "The platform has a usable CA certificate whose key is not in the keyring. The keyring may be an old copy, and writing it back would lose that key.",
    next: "Pass the keyring that holds the key: check keyring, keyring-secret or the path of keyring-file. If the key is lost, see docs/recovery.md. If you have the key itself, pass ca-certificate and ca-private-key to register. If the CA is somebody else's and may stay, name its id in allow-unheld.",
  },
  CA_DOUBTFUL: {
    means:
      "A certificate on the platform expires in the same second as a CA of the keyring. Nothing else says whether it is that CA. A second upload might take the other slot.",
    next: "If it is that CA, name its id in certificate-id. If it is another one, name its id in allow-unheld, or delete it with tasks/delete.",
  },
  CA_EXPIRES_SOON: {
    means: "The newest usable CA certificate expires within fail-below days, or no usable one exists.",
    next: "Rotate the CA. Then give the agents new certificates before the old CA expires.",
  },
  CA_NOT_USABLE: {
    means:
      "No CA exists for which the platform would accept agents: it is not on the platform, not verified, expired or retired.",
    next: "Run register, which finishes what is missing. Then pass the keyring that it wrote. Run tasks/status to see both slots. To issue without asking the platform, set offline: true.",
  },
  CA_EXPIRES_BEFORE_AGENT: {
    means:
      "An agent certificate would expire after its CA. Either strict-lifetime is true, or the CA expires in less than a day.",
    next: "Rotate the CA first, or set fewer days.",
  },
  ARCHIVE_PASSPHRASE: {
    means:
      "An archive of an agent exists already, and archive-passphrase does not open it. No certificate was issued.",
    next: "Pass the passphrase that the archives were created with. Or move them away: the next run then issues these agents again.",
  },
  SANDBOX_FAILED: {
    means: "The sandbox could not be started.",
    next: "Read the reason. If the port is in use, choose another one.",
  },
  INTERNAL: { means: "A mistake in this action.", next: "Open an issue, and add the log of this run." },
} as const satisfies Record<string, { means: string; next: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** What the platform said, made safe to print. */
export interface ErrorReply {
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
  /** The whole problem, where the message is only its beginning. */
  readonly log?: readonly string[];
  /** The first thing to look at. If several inputs share it, the error says it once. */
  readonly next?: string;
}

interface Details {
  readonly platform?: ErrorReply | undefined;
  /** Replaces the usual next step of the code. Several steps are in the order of doing them. */
  readonly next?: string | readonly string[] | undefined;
  /** Lines for the log, where the message does not say all. */
  readonly log?: readonly string[];
  readonly cause?: unknown;
}

/** An error the user can act on: a stable code, what happened, what the platform said, the next step. */
export class ActionError extends Error {
  override readonly name = "ActionError";
  readonly code: ErrorCode;
  readonly platform: ErrorReply | undefined;
  /** What to do, in the order of doing it. */
  readonly steps: readonly string[];
  readonly log: readonly string[];
  /**
   * True if an attempt of a call that changes something got no clear answer. The attempt may have been
   * carried out.
   */
  maybeDone = false;

  constructor(code: ErrorCode, message: string, details: Details = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.platform = details.platform;
    this.steps = [details.next ?? ERROR_CODES[code].next].flat();
    this.log = details.log ?? [];
  }

  /** The next steps as one text, for messages that have no lines. */
  get next(): string {
    return this.steps.join(" ");
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
  const own = [...new Set(problems.flatMap(({ next = [] }) => next))];
  // The usual step of INPUT_INVALID stays, because it is for all inputs. For any other code, the steps of the
  // problems replace the usual step if every problem has one.
  const replaces = code !== "INPUT_INVALID" && problems.every(({ next }) => next !== undefined);
  const next = replaces ? own : [...own, ERROR_CODES[code].next];
  return new ActionError(code, lines.join("\n"), { next, log: problems.flatMap(({ log = [] }) => log) });
}

/** The next step where the system gives this job no more descriptors, processes or memory. */
export const RAISE_LIMITS =
  "Raise the limits of the runner: ulimit -n and -u, and the memory and processes of its container. Or let it run fewer jobs at a time. Then run again: it goes on where it stopped.";

/** @returns whether an error of the system says that this job, or the machine, has no descriptors left */
export function lacksDescriptors(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "EMFILE" || code === "ENFILE";
}
