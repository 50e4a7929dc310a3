import { DEEPEST_JSON } from './limits.ts';

/** Where a walk through the bytes of one JSON value stands. Positions are those of the buffer it walks. */
export interface Walk {
  depth: number;
  inString: boolean;
  escaped: boolean;
  /** The last token finished a value, so only `,` `:` `]` `}` may follow. */
  afterValue: boolean;
  newlines: number;
  /** Start of the line the walk is in. */
  lineStart: number;
  /**
   * open: more bytes are needed; closed: the value has ended; broken: no JSON value can go on like this;
   * deep: the bracket before was one too many (the walk can go on once this is `open` again).
   */
  state: 'open' | 'closed' | 'broken' | 'deep';
}

export function newWalk(at: number): Walk {
  return { depth: 0, inString: false, escaped: false, afterValue: false, newlines: 0, lineStart: at, state: 'open' };
}

/**
 * Walks from `from` to `to` or to where the value ends or breaks; returns the position after the last byte taken,
 * for a broken value that of the offending byte. Follows brackets, strings and the order of values, no more:
 * what closes here may still be refused by JSON.parse.
 */
export function advance(walk: Walk, bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to) {
    at = walk.inString ? throughString(walk, bytes, at, to) : token(walk, bytes[at] as number, at);
    if (walk.state !== 'open') return at;
  }
  return at;
}

function throughString(walk: Walk, bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    const byte = bytes[at];
    if (byte === 10) {
      walk.state = 'broken';
      return at;
    }
    if (walk.escaped) walk.escaped = false;
    else if (byte === 92) walk.escaped = true;
    else if (byte === 34) {
      walk.inString = false;
      walk.afterValue = true;
      return at + 1;
    }
  }
  return to;
}

function token(walk: Walk, byte: number, at: number): number {
  switch (byte) {
    case 34:
    case 91:
    case 123:
      if (walk.afterValue) walk.state = 'broken';
      else if (byte === 34) walk.inString = true;
      else if (++walk.depth === DEEPEST_JSON + 1) walk.state = 'deep';
      return walk.state === 'broken' ? at : at + 1;
    case 93:
    case 125:
      walk.afterValue = true;
      if (--walk.depth === 0) walk.state = 'closed';
      return at + 1;
    case 44:
    case 58:
      walk.afterValue = false;
      return at + 1;
    case 10:
      walk.newlines++;
      walk.lineStart = at + 1;
      return at + 1;
    case 9:
    case 13:
    case 32:
      return at + 1;
    default:
      if (byte < 32) walk.state = 'broken';
      else walk.afterValue = true;
      return byte < 32 ? at : at + 1;
  }
}
