/** A run that was killed leaves its lock behind; it counts as left after this. */
const STALE_MS = 5000;
const RETRIES = { retries: 16, minTimeout: 500, maxTimeout: 500 };

/** What locks, loaded; call it early where time counts. */
export const loadLocks = () => import("proper-lockfile");

/**
 * Takes the lock of a file or directory, which need not exist, and waits for a moment where another run has it.
 * @param path absolute
 * @param options.at where the lock itself lies
 * @param options.lost told when another run takes the lock for one that was left behind, because the machine slept
 * @returns what gives it back
 * @throws Error of the system; its code is `ELOCKED` where another run has it
 */
export async function takeLock(
  path: string,
  { at, lost }: { readonly at: string; readonly lost: () => void },
): Promise<() => Promise<void>> {
  const { default: lockfile } = await loadLocks();
  return await lockfile.lock(path, {
    lockfilePath: at,
    realpath: false,
    stale: STALE_MS,
    retries: RETRIES,
    onCompromised: lost,
  });
}
