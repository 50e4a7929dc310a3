/** Something the user can put right: printed without a stack trace. `lines` say what happened, where, and what to do. */
export class Mistake extends Error {
  readonly lines: readonly string[];

  constructor(...lines: readonly string[]) {
    super(lines.join('\n'));
    this.name = 'Mistake';
    this.lines = lines;
  }
}
