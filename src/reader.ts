/**
 * From bytes to events: text is read, envelopes are taken off, a source normalises what is inside. The same for files and topics.
 * Remembers nothing but what of an origin was not yet complete.
 */
import type { Event } from './core/event.ts';
import type { JsonObject } from './core/json.ts';
import type { Settings } from './core/settings.ts';
import type { Hints, IgnoreReason, Source } from './core/source.ts';
import { isPlausible, type Millis } from './core/time.ts';
import type { Entry } from './envelopes/entry.ts';
import { type Inflate, JsonText } from './envelopes/json-text.ts';
import { isReplaced } from './envelopes/replaced.ts';
import { parseJson } from './envelopes/text-sink.ts';
import { unwrap } from './envelopes/unwrap.ts';
import type { Piece } from './ports/inlet.ts';
import { recogniser } from './sources/recognise.ts';
import type { Rejection } from './telemetry/tally.ts';

const OPENING = 0x7b;
const NEWLINE = 0x0a;

/** Who takes what is read: every entry comes out in exactly one of the first three ways. */
export interface Takers {
  event(event: Event, source: Source): void;
  ignored(source: string | undefined, reason: IgnoreReason): void;
  rejected(source: string | undefined, rejection: Rejection): void;
  /** A record of which a shipper cut the end off is about to be taken. */
  truncated(): void;
  /** Lines and values whose bytes were not valid UTF-8: read with replacement characters. */
  replaced(count: number): void;
}

/** What a reader works with. */
export interface ReaderParts {
  readonly settings: Settings;
  readonly sources: readonly Source[];
  readonly inflate?: Inflate | undefined;
}

/** Reads pieces of logs, those of one origin in order. */
export class Reader {
  private readonly parts: ReaderParts;
  private readonly takers: Takers;
  private readonly sourceOf: (body: JsonObject) => Source | undefined;
  private readonly texts = new Map<string, JsonText>();

  constructor(parts: ReaderParts, takers: Takers) {
    this.parts = parts;
    this.takers = takers;
    this.sourceOf = recogniser(parts.sources);
  }

  /** Hands over what is complete with this piece. */
  read(piece: Piece): void {
    if (piece.end && this.texts.size === 0 && piece.problem === undefined && this.readWhole(piece)) return;
    const text = this.texts.get(piece.origin) ?? this.begin(piece);
    text.push(piece.bytes);
    if (!piece.end) {
      this.texts.set(piece.origin, text);
      return;
    }
    text.end();
    if (text.replaced > 0) this.takers.replaced(text.replaced);
    this.texts.delete(piece.origin);
    const { origin, problem } = piece;
    if (problem !== undefined) this.takers.rejected(undefined, { origin, line: 0, excerpt: '', ...problem });
  }

  /** The usual record of a topic, one JSON object on one line, without the machinery that other shapes need; false if it is none. */
  private readWhole({ origin, bytes, clusterHeader, receivedAt }: Piece): boolean {
    if (bytes[0] !== OPENING) return false;
    const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const newline = buffer.indexOf(NEWLINE);
    if (newline >= 0 && newline < buffer.length - 1) return false;
    const text = buffer.toString();
    const value = parseJson(text);
    if (value === undefined) return false;
    if (isReplaced(text, buffer, 0, buffer.length)) this.takers.replaced(1);
    unwrap(value, hintsOf(clusterHeader, receivedAt), (entry) => this.enter(entry, origin, 1), this.parts.inflate);
    return true;
  }

  private begin({ origin, clusterHeader, receivedAt }: Piece): JsonText {
    const hints = hintsOf(clusterHeader, receivedAt);
    const cutHints: Hints = { ...hints, truncated: true };
    let at = 0;
    const emit = (entry: Entry) => this.enter(entry, origin, at);
    return new JsonText(
      {
        value: (value, line, truncated) => {
          if (truncated) this.takers.truncated();
          at = line;
          unwrap(value, truncated ? cutHints : hints, emit, this.parts.inflate);
        },
        damage: ({ reason, line, detail, prefix }) => this.takers.rejected(undefined, { origin, line, reason, detail, excerpt: prefix }),
      },
      this.parts.inflate,
    );
  }

  private enter(entry: Entry, origin: string, line: number): void {
    if ('body' in entry) this.recognise(entry.body, entry.hints, origin, line);
    else if ('ignored' in entry) this.takers.ignored(undefined, entry.ignored);
    else this.takers.rejected(undefined, { origin, line, reason: entry.rejected, detail: entry.detail, excerpt: '' });
  }

  private recognise(body: JsonObject, hints: Hints, origin: string, line: number): void {
    const source = this.sourceOf(body);
    if (source === undefined) {
      this.takers.ignored(undefined, 'not-an-audit-log');
      return;
    }
    const outcome = source.normalise(body, hints, this.parts.settings);
    if (outcome.kind === 'event') this.accept(outcome.event, source, origin, line);
    else if (outcome.kind === 'ignored') this.takers.ignored(source.id, outcome.reason);
    else this.takers.rejected(source.id, { origin, line, reason: outcome.reason, detail: outcome.detail, excerpt: '' });
  }

  private accept(event: Event, source: Source, origin: string, line: number): void {
    if (isPlausible(event.time)) this.takers.event(event, source);
    else {
      const detail = 'its time lies before 1970 or after 2100';
      this.takers.rejected(source.id, { origin, line, reason: 'no-time', detail, excerpt: '' });
    }
  }
}

function hintsOf(clusterHeader: string | undefined, receivedAt: Millis | undefined): Hints {
  if (receivedAt === undefined) return clusterHeader === undefined ? {} : { clusterHeader };
  return clusterHeader === undefined ? { shippedAt: receivedAt } : { clusterHeader, shippedAt: receivedAt };
}
