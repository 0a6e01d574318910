import { accessSync, constants } from "node:fs";

/** A disk in memory that tests may write to, where the system has one. */
export const MEMORY_DISK = isWritable("/dev/shm") ? "/dev/shm" : undefined;

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
