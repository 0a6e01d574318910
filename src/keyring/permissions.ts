import { lstatSync, type Stats, type StatsFs, statfsSync } from "node:fs";
import { dirname } from "node:path";

/** Warns of a keyring file that other users of the machine may change. */

/**
 * The facts about the system that decide whether file modes mean anything, and which user may own the file.
 */
export interface System {
  /** As `process.platform`. */
  readonly platform: string;
  /** Kind of file system as `statfs` of Linux has it; undefined where it is not known. */
  readonly kind: number | undefined;
  /** The user of this process; undefined where the system has none. */
  readonly user: number | undefined;
}

/** The owner and the mode of a file or folder. */
type Owned = Pick<Stats, "mode" | "uid">;

/**
 * Kinds whose modes are made up, or not looked at: SMB (three kinds), the disks of Windows in WSL (1 and 2), FAT, exFAT,
 * NTFS (two kinds), and FUSE, where the kernel asks the program behind it (linux/magic.h, fs/ntfs3/super.c).
 */
const KINDS_WITHOUT_MODES: ReadonlySet<number> = new Set([
  0xff534d42, 0xfe534d42, 0x517b, 0x53464846, 0x01021997, 0x4d44, 0x2011bab0, 0x5346544e, 0x7366746e,
  0x65735546,
]);
const ROOT = 0;
const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;

/**
 * @param file absolute path of a keyring; it need not exist
 * @returns a warning where somebody else may change the file or put another one in its place; undefined where not
 */
export function permissionWarning(file: string): string | undefined {
  const folder = dirname(file);
  try {
    const kind = process.platform === "linux" ? kindOf(statfsSync(folder)) : undefined;
    const system = { platform: process.platform, kind, user: process.getuid?.() };
    const found = lstatSync(file, { throwIfNoEntry: false });
    const reasons = [
      ...(found === undefined ? [] : permissionProblems(system, `the file ${file}`, found)),
      ...permissionProblems(system, `its folder ${folder}`, lstatSync(folder)),
    ];
    if (reasons.length === 0) return undefined;
    return `Other users may change the keyring: ${reasons.join(", ")}. Only the user of the runner may have access: mode 0600 for the file, 0700 for its folder.`;
  } catch {
    // A file that cannot be read is refused where it is read.
    return undefined;
  }
}

/** @returns why one file or folder is not safe; nothing where it is, or where its mode means nothing */
export function permissionProblems(
  { platform, kind, user }: System,
  name: string,
  { mode, uid }: Owned,
): string[] {
  if (platform === "win32" || user === undefined) return [];
  if (kind !== undefined && KINDS_WITHOUT_MODES.has(kind)) return [];
  const writable = (mode & WRITABLE_BY_OTHERS) !== 0 && (mode & STICKY) === 0;
  return [
    ...(uid === user || uid === ROOT ? [] : [`${name} belongs to another user (${uid})`]),
    ...(writable ? [`others may write ${name} (mode ${(mode & 0o7777).toString(8).padStart(4, "0")})`] : []),
  ];
}

/** @returns the magic number of a file system, 32 bits without a sign. Some systems give it with a sign */
function kindOf({ type }: StatsFs): number {
  return Number(type) >>> 0;
}
