import { requireWorkingDirectory, WORKING_DIRECTORY_STATE, wipe } from "../action/private-directory.ts";
import { loadRunner } from "../action/runner.ts";

/**
 * Wipes the working directory that main noted, where main was killed before it could. It loads nothing heavy, prints
 * only where something went wrong, and never fails the job.
 */
export async function cleanUpAfterMain(): Promise<void> {
  const directory = process.env[`STATE_${WORKING_DIRECTORY_STATE}`] ?? "";
  if (directory === "") return;
  try {
    await requireWorkingDirectory(directory);
    wipe(directory);
  } catch (error) {
    // Main wiped it already: the usual case.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    const runner = await loadRunner();
    runner?.warning(
      `The working directory could not be removed (${(error as Error).message}). It may hold private keys.`,
    );
  }
}
