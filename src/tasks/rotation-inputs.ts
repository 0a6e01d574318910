/** The inputs that say how a rotation goes. */
import { oneOf, trueOrFalse, wholeNumber } from "../action/input-parsers.ts";
import { field, plainGroup } from "../action/inputs.ts";
import type { RotationPolicy } from "../ca/rotation-state.ts";
import { RENEW_BEFORE_DAYS } from "../ca/slot-status.ts";
import { MOST_DAYS } from "../ca/time.ts";

/** From when a rotation is due. */
export const renewBeforeField = field({
  description: "Days before the newest usable CA expires. From then on a rotation is due. Defaults to 395.",
  default: String(RENEW_BEFORE_DAYS),
  parse: wholeNumber(1, MOST_DAYS),
});

/** How a rotation goes. */
export const rotationInputs = plainGroup({
  apply: field({
    description:
      "Set to true to carry out the steps that are due. Otherwise the task only shows the plan. Defaults to false.",
    default: "false",
    parse: trueOrFalse,
  }),
  "renew-before": renewBeforeField,
  overlap: field({
    description:
      "Days that the old CA stays beside its verified successor: the longest life of your agent certificates. Defaults to 365.",
    default: "365",
    parse: wholeNumber(1, MOST_DAYS),
  }),
  retire: field({
    description:
      "When the old CA is deleted: after-overlap, now (in the next run with apply: true) or never (only once it has expired and its slot is needed). Defaults to after-overlap.",
    default: "after-overlap",
    parse: oneOf<RotationPolicy["retire"]>("after-overlap", "now", "never"),
  }),
  "retired-keys": field({
    description:
      "What happens to the private key of a retired CA. keep: it stays in the keyring until the certificate has expired, so that restore can bring the CA back. drop: it is removed at once. Defaults to keep.",
    default: "keep",
    parse: oneOf<RotationPolicy["retiredKeys"]>("keep", "drop"),
  }),
});
