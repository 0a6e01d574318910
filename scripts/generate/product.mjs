// The module that knows name and version of this action, from package.json.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const PRODUCT_MODULE = "src/action/product.ts";

/** @returns the text of {@link PRODUCT_MODULE} */
export function productModule() {
  const manifest = fileURLToPath(new URL("../../package.json", import.meta.url));
  const { name, version } = JSON.parse(readFileSync(manifest, "utf8"));
  return `// Written by \`npm run build\` and \`npm run generate\` from package.json.

/** Name of this action. */
export const NAME = "${name}";

/** Version of this action (semver.org). */
export const VERSION = "${version}";

/** Both as a product of RFC 9110 (section 10.1.5), for the User-Agent of every request. */
export const PRODUCT = \`\${NAME}/\${VERSION}\`;
`;
}
