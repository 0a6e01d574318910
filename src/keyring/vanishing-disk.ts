import { existsSync, readFileSync, realpathSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, isAbsolute, join, parse, relative, sep } from "node:path";

/** Tells whether a keyring file lies on a disk that vanishes (guarantee 2). */

/** Why a file may not last. */
export interface Vanishing {
  /** Follows the file's name: `lies inside RUNNER_TEMP`. */
  readonly says: string;
  /** False where it is only likely. */
  readonly sure: boolean;
}

/** The facts about the system that decide; tests give their own. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  /** The folders that the system clears. */
  readonly temporary: readonly string[];
  /** The kind of disk that a file or folder lies on, as `statfs` tells it; undefined where it tells nothing. */
  diskOf(path: string): number | undefined;
  /** Whether this process can be seen to run in a container. */
  inContainer(): boolean;
}

/** File systems in memory, by their magic numbers (statfs(2)). */
const MEMORY_DISKS: ReadonlyMap<number, string> = new Map([
  [0x01021994, "tmpfs"],
  [0x858458f6, "ramfs"],
]);
const OVERLAY = 0x794c7630;

/** How the control groups of a container are named. */
const CONTAINER_GROUPS = /docker|containerd|kubepods|libpod|crio|lxc|buildkit/;

/** @returns the facts about the system that this process runs on */
export function thisSystem(): Surroundings {
  const { env, platform } = process;
  const windows = platform === "win32";
  return {
    environment: env,
    // /var/tmp outlasts a restart, but systems delete old files in it.
    temporary: [
      tmpdir(),
      ...["TMPDIR", "TMP", "TEMP"].map((name) => env[name] ?? ""),
      ...(windows ? [join(env["SystemRoot"] ?? "C:\\Windows", "Temp")] : ["/tmp", "/var/tmp"]),
    ],
    diskOf(path) {
      try {
        // A system of 32 bits gives large magic numbers as negative ones.
        return statfsSync(path).type >>> 0;
      } catch {
        return undefined;
      }
    },
    inContainer: () =>
      existsSync("/.dockerenv") ||
      existsSync("/run/.containerenv") ||
      (env["container"] ?? "") !== "" ||
      (env["KUBERNETES_SERVICE_HOST"] ?? "") !== "" ||
      ["/proc/1/cgroup", "/proc/self/cgroup"].some((file) => CONTAINER_GROUPS.test(textOf(file))),
  };
}

/**
 * Tells whether a keyring file would go with the job, the machine's next start or a container (guarantee 2).
 * @param file absolute; it need not exist
 * @returns why the file may not last; undefined where there is no sign of that
 */
export function vanishingDisk(file: string, system = thisSystem()): Vanishing | undefined {
  const { environment } = system;
  const sure = (says: string): Vanishing => ({ says, sure: true });
  if (environment["RUNNER_ENVIRONMENT"] === "github-hosted")
    return sure("lies on the disk of a GitHub-hosted runner");
  const ofRunner = inRunnersFolders(file, environment);
  if (ofRunner !== undefined) return sure(ofRunner);
  const place = placeOf(file);
  const temporary = system.temporary.find((folder) => isInside(place, folder));
  if (temporary !== undefined) return sure(`lies inside ${temporary}, a folder for temporary files`);
  return onDisk(file, system);
}

/**
 * @param file absolute; it need not exist
 * @returns the folder of the runner that the file lies in, as {@link Vanishing.says}: the runner clears these
 * folders between jobs. Undefined where the file is in none of them
 */
export function inRunnersFolders(file: string, environment: NodeJS.ProcessEnv): string | undefined {
  const place = placeOf(file);
  for (const name of ["RUNNER_TEMP", "GITHUB_WORKSPACE"])
    if (isInside(place, environment[name] ?? "")) return `lies inside ${name}`;
  if (!isInside(place, workFolder(environment["RUNNER_TEMP"]) ?? "")) return undefined;
  return "lies inside the folder that the runner works in, the one above RUNNER_TEMP";
}

function placeOf(file: string): string {
  return join(real(dirname(file)), basename(file));
}

/** Looks at the disk of the file and at that of its folder: the file itself may be a mount. */
function onDisk(file: string, system: Surroundings): Vanishing | undefined {
  const disks = [file, dirname(file)].map((path) => system.diskOf(path));
  const memory = disks.flatMap((disk) => MEMORY_DISKS.get(disk ?? 0) ?? [])[0];
  if (memory !== undefined) return { says: `lies in the machine's memory (${memory})`, sure: true };
  // A file or folder that is mounted into a container is on another disk than the container's own layer.
  if ((disks[0] ?? disks[1]) !== OVERLAY) return undefined;
  return system.inContainer()
    ? { says: "lies in a container's own layer (overlay), not in a volume", sure: true }
    : {
        says: "lies on an overlay, which may exist only until the machine restarts",
        sure: false,
      };
}

/** The runner keeps its tools, actions and workspaces beside its `_temp`, and clears them as it likes. */
function workFolder(runnerTemp = ""): string | undefined {
  return basename(runnerTemp) === "_temp" ? dirname(runnerTemp) : undefined;
}

/** The root of a disk does not count: everything lies inside it. */
function isInside(place: string, folder: string): boolean {
  if (folder === "" || !isAbsolute(folder)) return false;
  const home = real(folder);
  if (home === parse(home).root) return false;
  const between = relative(home, place);
  return between !== ".." && !between.startsWith(`..${sep}`) && !isAbsolute(between);
}

function real(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
