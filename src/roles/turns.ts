/** Lets one thing after the other happen to something. */
export class Turns {
  private waiting = 0;
  private last: Promise<unknown> = Promise.resolve();

  /** True while something happens. */
  get busy(): boolean {
    return this.waiting > 0;
  }

  /** Runs `work` when everything asked for before is done; resolves or rejects as it does. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    this.waiting++;
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.waiting--;
    }
  }
}
