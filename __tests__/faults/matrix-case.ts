/** One cell of the fault matrix. */
export interface MatrixCase {
  readonly name: string;
  /** Plays it on a trial of its own; throws where a guarantee does not hold. */
  readonly play: () => Promise<void>;
}
