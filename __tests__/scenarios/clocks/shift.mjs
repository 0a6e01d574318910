// Loaded before the action (`--import`): this machine's clock is CLOCK_AHEAD seconds ahead, for Node alone.
const ahead = Number(process.env.CLOCK_AHEAD ?? 0) * 1000;
const Real = Date;

class ShiftedDate extends Real {
  constructor(...given) {
    super(...(given.length === 0 ? [Real.now() + ahead] : given));
  }

  static now() {
    return Real.now() + ahead;
  }
}
globalThis.Date = ShiftedDate;
