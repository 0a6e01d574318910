import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** An OpenSSL at work for somebody else: a device that makes its CSR, a broker that verifies. */
export class Program {
  #program;
  #directory;

  /** @param folder where it gets a directory of its own */
  constructor(program, folder) {
    this.#program = program;
    this.#directory = mkdtempSync(join(folder, "elsewhere-"));
    writeFileSync(this.path("openssl.cnf"), "[req]\ndistinguished_name = dn\n[dn]\n");
  }

  path(name) {
    return join(this.#directory, name);
  }

  read(name) {
    return readFileSync(this.path(name), "utf8");
  }

  /** Makes a key and a CSR for it. */
  request(name, newKey) {
    const files = ["-keyout", `${name}.key`, "-out", `${name}.csr`];
    this.run(["req", "-new", "-nodes", "-subj", `/C=DE/CN=${name}`, ...files, "-newkey", ...newKey]);
  }

  /** Makes a key and its certificate, as docs/backup.md does. @returns their paths */
  recipient(name, newKey) {
    const [key, certificate] = [this.path(`${name}.key`), this.path(`${name}.crt`)];
    const files = ["-keyout", key, "-out", certificate];
    this.run([
      "req",
      "-x509",
      "-nodes",
      "-subj",
      `/CN=${name}`,
      "-days",
      "30",
      ...files,
      "-newkey",
      ...newKey,
    ]);
    return { key, certificate };
  }

  /** @returns what it prints @throws Error where the exit code is not 0 */
  run(argv) {
    const env = { ...process.env, OPENSSL_CONF: this.path("openssl.cnf") };
    const { status, stdout, stderr } = spawnSync(this.#program, argv, {
      cwd: this.#directory,
      env,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`openssl ${argv.join(" ")} ended with ${status}: ${stderr.trim()}`);
    return stdout;
  }
}
