import type { RotationPolicy } from "../../ca/rotation-view.ts";
import { RENEW_BEFORE_DAYS } from "../../ca/status.ts";
import { field, plainGroup } from "../../github/inputs.ts";
import { oneOf, trueOrFalse, wholeNumber } from "./texts.ts";

/** A hundred years: OpenSSL makes longer ones, dates beyond 9999 it does not (measured), and nobody means it. */
export const MOST_DAYS = 36_500;

/** From when a rotation is due. */
export const renewBeforeField = field({
  description: "Days before the end of the newest usable CA from which a rotation is due.",
  default: String(RENEW_BEFORE_DAYS),
  parse: wholeNumber(1, MOST_DAYS),
});

/** How a rotation goes. */
export const rotationInputs = plainGroup({
  apply: field({
    description: "true: carry the due steps out; false: show the plan and change nothing.",
    default: "false",
    parse: trueOrFalse,
  }),
  "renew-before": renewBeforeField,
  overlap: field({
    description: "Days that the old CA stays beside its verified successor: the agents' longest life.",
    default: "365",
    parse: wholeNumber(1, MOST_DAYS),
  }),
  retire: field({
    description:
      "When the old CA goes: after-overlap, now (at the next run with apply), or never (expired ones go where a slot is needed).",
    default: "after-overlap",
    parse: oneOf<RotationPolicy["retire"]>("after-overlap", "now", "never"),
  }),
  "retired-keys": field({
    description:
      "keep: a retired CA's key stays in the keyring until its certificate has expired, for the case that it was retired too early; drop: it is forgotten at once.",
    default: "keep",
    parse: oneOf<RotationPolicy["retiredKeys"]>("keep", "drop"),
  }),
});
