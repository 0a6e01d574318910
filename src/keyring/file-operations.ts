import { constants, promises as fs } from "node:fs";
import { decodeText } from "../ca/pem-hints.ts";

/**
 * The steps on a disk that a lock and a keyring file are made of; tests stop a run between any two of them. They throw the
 * system's errors.
 */
export interface Disk {
  /** Makes a folder that only the user may read. */
  makeFolder(path: string): Promise<void>;
  /** @returns the names in a folder */
  list(path: string): Promise<string[]>;
  /** Reads a text; no link is followed, and a pipe is not waited for. */
  read(path: string): Promise<string>;
  /** Writes a new file that only the user may read; an existing file is never overwritten. */
  create(path: string, text: string): Promise<void>;
  /**
   * Writes into a file that exists and is no longer than the text, and waits for the disk as {@link settle}
   * does. It never creates a file.
   */
  fill(path: string, text: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Removes an empty folder. */
  removeFolder(path: string): Promise<void>;
  /**
   * Waits until the changes to the names in a folder are on the disk. A disk that cannot sync a folder is not
   * waited for.
   */
  settle(folder: string): Promise<void>;
}

/** A link in a file's place could lead the keys elsewhere; Windows has no such flag. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
/** Opening a pipe in a file's place would block until somebody writes into it. */
const NO_WAIT = constants.O_NONBLOCK ?? 0;

/** The system's codes where a disk, mostly a network disk, cannot sync at all, or cannot sync a folder. */
const NOT_SUPPORTED: ReadonlySet<string> = new Set([
  "EINVAL",
  "ENOTSUP",
  "EOPNOTSUPP",
  "ENOSYS",
  "ENOTTY",
  "EPERM",
  "EACCES",
  "EBADF",
  "EISDIR",
]);

/** The disk of this machine. */
export const DISK: Disk = {
  makeFolder: async (path) => void (await fs.mkdir(path, { mode: 0o700 })),
  list: (path) => fs.readdir(path),
  read: async (path) =>
    decodeText(await fs.readFile(path, { flag: constants.O_RDONLY | NO_FOLLOW | NO_WAIT })),
  create: (path, text) => fs.writeFile(path, text, { flag: "wx", mode: 0o600 }),
  async fill(path, text) {
    const file = await fs.open(path, constants.O_RDWR | NO_FOLLOW);
    try {
      await file.writeFile(text);
      await whereSupported(file.sync());
    } finally {
      await file.close();
    }
  },
  rename: (from, to) => fs.rename(from, to),
  remove: (path) => fs.unlink(path),
  removeFolder: (path) => fs.rmdir(path),
  async settle(folder) {
    await whereSupported(sync(folder));
  },
};

async function sync(folder: string): Promise<void> {
  const handle = await fs.open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Waits for a sync; a disk that cannot sync is accepted as it is. */
async function whereSupported(synced: Promise<void>): Promise<void> {
  await synced.catch((error: unknown) => {
    if (!NOT_SUPPORTED.has(codeOf(error))) throw error;
  });
}

/** @returns the system's code of an error, such as `ENOENT`; empty where it has none */
export function codeOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === "string" ? code : "";
}
