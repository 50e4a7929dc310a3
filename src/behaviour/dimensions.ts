import type { Event } from '../core/event.ts';
import { check16, hash32, joinHash } from '../core/hash.ts';
import { DIMENSIONS, type Dimension } from '../core/question.ts';

/** Number of a dimension in packed memory; questions of detections have numbers from 16. */
export const DIMENSION_NUMBERS: ReadonlyMap<Dimension, number> = new Map(DIMENSIONS.map((dimension, index) => [dimension, index + 1]));

/** Place of the network in `DIMENSIONS`. */
export const NETWORK = DIMENSIONS.indexOf('network');

/** The five values of one event, re-used from event to event: hash and mark per dimension, in the order of `DIMENSIONS`. */
export class EventValues {
  readonly keys = new Uint32Array(DIMENSIONS.length);
  readonly marks = new Uint32Array(DIMENSIONS.length);
  /** Where the memory that was asked last holds them; -1: nowhere. Good until that memory changes. */
  readonly places = new Int16Array(DIMENSIONS.length);

  /** Reads the values of an event. */
  read(event: Event): void {
    this.set(0, event.operation.hash, event.operation.check);
    this.set(1, hash32(event.namespace), check16(event.namespace));
    this.set(2, networkHash(event), check16(event.address.network));
    this.set(3, hash32(event.client.family), check16(event.client.family));
    this.set(4, responseHash(event), isAllowed(event) ? 0 : event.operation.check);
  }

  private set(dimension: number, key: number, check: number): void {
    this.keys[dimension] = key;
    this.marks[dimension] = (((dimension + 1) << 16) | check) >>> 0;
  }
}

/** Hash of an event's network: a private one is another place in each cluster. */
export function networkHash({ address, scope }: Event): number {
  const hash = hash32(address.network);
  return address.zone === 'outside' || address.zone === 'provider' ? hash : joinHash(hash, scopeHash(scope));
}

let lastScope = '';
let lastHash = hash32('');

function scopeHash(scope: string): number {
  if (scope !== lastScope) {
    lastScope = scope;
    lastHash = hash32(scope);
  }
  return lastHash;
}

const ALLOWED = hash32('ok');

function isAllowed({ response }: Event): boolean {
  return response === 'ok' || response === 'unknown';
}

/** Success is one value; a refusal or failure is a value for each operation refused. */
function responseHash(event: Event): number {
  if (isAllowed(event)) return ALLOWED;
  return joinHash(event.operation.hash, hash32(event.response));
}

/** A value in words, for explanations. */
export function valueText(event: Event, dimension: Dimension): string {
  switch (dimension) {
    case 'operation':
      return event.operation.label;
    case 'namespace':
      return event.namespace === '' ? '(no namespace)' : event.namespace;
    case 'network':
      return event.address.network === '' ? '(no address)' : event.address.network;
    case 'client':
      return event.client.family;
    case 'response':
      return isAllowed(event) ? 'allowed' : `${event.operation.label}: ${event.response}`;
  }
}

/** Hash under which a value of a detection's own question is remembered. */
export function questionKey(name: string, value: string): number {
  return hash32(value, questionNumber(name));
}

/** Mark beside the hash: the question's number and a second hash of the value. */
export function questionMark(name: string, value: string): number {
  return ((questionNumber(name) << 16) | check16(value)) >>> 0;
}

const numbers = new Map<string, number>();

/** Stable 16-bit number of a question's name, from 16 upwards. Names are the project's own, so the table stays small. */
export function questionNumber(name: string): number {
  let number = numbers.get(name);
  if (number === undefined) {
    number = 16 + (hash32(name) % 65_520);
    numbers.set(name, number);
  }
  return number;
}
