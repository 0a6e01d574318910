import { iso } from "../ca/time.ts";
import { ActionError, type ErrorCode, NEW_RUN } from "../messages/errors.ts";
import { capitalize } from "../messages/printable.ts";
import { importableFrom, mayBeClockDifference, type SecretFacts } from "./secret-times.ts";

/**
 * The messages where the times of a keyring and of a GitHub secret (`secret-times.ts`) do not allow a write.
 */

/** Which secret it is, for messages. */
interface Named {
  readonly name: string;
  /** `the secret NAME of owner/repo` */
  readonly location: string;
}

/**
 * The next step where the text may be the secret's own, because GitHub's clocks differed when it was written.
 */
const WRITE_NEW_TIME: Readonly<Partial<Record<ErrorCode, string>>> = {
  KEYRING_STALE:
    "Start a new run, because a re-run uses the old value of the secret. If each new run says this, GitHub's clocks differed when the secret was written:",
  KEYRING_SECRET_MISMATCH:
    "Check keyring-secret and keyring-environment. Set keyring-environment for a secret of an environment, and leave it empty for a secret of the repository. If they are right, GitHub's clocks differed when the secret was written:",
};

/** @returns the error for a keyring that is not what the secret holds, as `compareWithSecret` found */
export function secretRefusal(code: ErrorCode, facts: SecretFacts, { name, location }: Named): ActionError {
  const { writtenAt, updatedAt } = facts;
  const [secret, written] = [capitalize(location), updatedAt === undefined ? "" : iso(updatedAt)];
  const says = writtenAt === undefined ? "" : `, which says ${iso(writtenAt)}`;
  if (code === "KEYRING_NOT_PASSED_IN") {
    return new ActionError(
      code,
      `${secret} exists (written at ${written}), but the keyring input is empty. A write would replace every key in the secret.`,
      {
        next: `If you used Re-run jobs, it passed in the old value of the secret. Set keyring: \${{ secrets.${name} }} in a job that may read that secret. Then ${NEW_RUN}.`,
      },
    );
  }
  const from = importableFrom(facts);
  const way = importing(mayBeClockDifference(writtenAt, updatedAt) ? undefined : from);
  const next = from === undefined ? undefined : `${WRITE_NEW_TIME[code]} ${way}.`;
  if (code === "KEYRING_STALE") {
    return new ActionError(
      code,
      `${secret} was written at ${written}, after the keyring that came in${says}. The secret may hold keys that this run does not know.`,
      { next },
    );
  }
  const happened =
    updatedAt === undefined
      ? "does not exist"
      : `was written at ${written}, before the keyring that came in${says}`;
  return new ActionError(code, `${secret} ${happened}. So the keyring came from another place.`, { next });
}

/** @returns the warning where nobody can tell how old the keyring that came in is */
export function ageUnknown(
  { writtenAt, updatedAt }: SecretFacts,
  { location }: Pick<Named, "location">,
): string {
  const says =
    writtenAt === undefined
      ? "does not say when it was written"
      : `says that it was written at ${iso(writtenAt)}, and the secret was written at ${iso(updatedAt ?? 0)}`;
  return (
    `The keyring that came in ${says}. github-token may not ask when this run was queued ("Actions: read"). ` +
    `So the run cannot know whether somebody else has written ${location} since then.`
  );
}

/**
 * @param sentAt when the write was sent by the clock of GitHub's replies, milliseconds since 1970
 * @param updatedAt when the secret was written by the clock that stamps secrets, milliseconds since 1970
 * @returns `CLOCK_DOUBTFUL` where no difference of clocks that may be relied on explains the two
 */
export function clocksDiffer(location: string, sentAt: number, updatedAt: number): ActionError {
  return new ActionError(
    "CLOCK_DOUBTFUL",
    `GitHub accepted the write of ${location} at ${iso(sentAt)} by the clock of its replies. It shows that the secret was written at ${iso(updatedAt)}. Its clocks differ, so nothing proves that this write was the last one. The run did nothing after it.`,
    {
      next: `Wait until GitHub's clocks agree (githubstatus.com, or the administrator of your Enterprise Server). Then start a new run. If that run says KEYRING_STALE or KEYRING_SECRET_MISMATCH, ${importing(undefined)}.`,
    },
  );
}

/**
 * @param from when the run must have been queued at the earliest, milliseconds since 1970; undefined where that does not
 * matter
 * @returns how a text gets a new time of writing, as the end of a sentence
 */
function importing(from: number | undefined): string {
  const when =
    from === undefined
      ? ""
      : ` that is queued after ${iso(from)}, with a github-token that has "Actions: read"`;
  return `set keyring-import: true for one new run${when}. That run writes a new time into the keyring`;
}
