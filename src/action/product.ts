// Written by `npm run build` and `npm run generate` from package.json.

/** Name of this action. */
export const NAME = "mindconnect-ca-action";

/** Version of this action (semver.org). */
export const VERSION = "1.0.0";

/** Both as a product of RFC 9110 (section 10.1.5), for the User-Agent of every request. */
export const PRODUCT = `${NAME}/${VERSION}`;
