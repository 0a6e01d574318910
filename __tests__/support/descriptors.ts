import { preloadOf } from "./action.ts";

/**
 * @param text what only the file holds that is loaded when there are no descriptors left
 * @returns the URL of a module, to be loaded before the action, by which such a file of dist/ cannot be opened
 */
export function withoutDescriptors(text: string): string {
  return preloadOf(`
    import { readFileSync } from "node:fs";
    import { registerHooks } from "node:module";
    registerHooks({
      load(url, context, next) {
        const late = /dist\\/\\d+\\.index\\.js$/.test(url) && readFileSync(new URL(url), "utf8").includes(${JSON.stringify(text)});
        if (late) throw Object.assign(new Error("EMFILE: too many open files"), { code: "EMFILE" });
        return next(url, context);
      },
    });
  `);
}
