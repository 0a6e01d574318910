import { parseHttpDate } from "../ca/http-date.ts";

/** A difference worth a warning: certificates made by the faster clock may not be valid yet for the other. */
const SKEW_LIMIT_MS = 60_000;

/** The platform's clock, read off the `Date` header of its replies. */
export class PlatformClock {
  #offset: number | undefined;

  /** Takes in a `Date` header (RFC 9110, whole seconds); anything else is ignored. */
  note(header: string | undefined): void {
    const date = parseHttpDate(header ?? "");
    if (!Number.isNaN(date)) this.#offset = date - Date.now();
  }

  /** @returns the platform's time in milliseconds since 1970; this machine's before the first reply */
  now(): number {
    return Date.now() + this.skew;
  }

  /** Milliseconds that the platform is ahead of this machine, to about a second; 0 before the first reply. */
  get skew(): number {
    return this.#offset ?? 0;
  }

  /** @returns a sentence that names a difference of more than 60 s and what it means, or undefined */
  skewWarning(): string | undefined {
    if (Math.abs(this.skew) <= SKEW_LIMIT_MS) return undefined;
    const seconds = Math.round(Math.abs(this.skew) / 1000);
    return this.skew < 0
      ? `This machine's clock is ${seconds} s ahead of the platform's: for so long, what is made here is not valid there yet.`
      : `This machine's clock is ${seconds} s behind the platform's, which is ahead: a token or certificate that is valid here may have ended there.`;
  }
}
